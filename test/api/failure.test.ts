/** What is said when a request got no complete answer, by what the network, TLS or undici reported. */
import { describe, expect, test } from 'vitest';
import {
  ConnectionError,
  failureFrom,
  type NetworkFailure,
  type Progress,
} from '../../src/api/failure.ts';

const far = 'api.lumio.vision:443';
const proxied = `${far} through the proxy 10.0.0.1:3128`;
const sent: Progress = {
  peer: far,
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  totalBytes: 0,
  sentBytes: 0,
  answerBegan: false,
};

function systemError(code: string, message = `${code} happened`): Error {
  return Object.assign(new Error(message), { code });
}

/** A failure while connecting, as the connector hands it on. */
function unconnected(cause: unknown): ConnectionError {
  return new ConnectionError('not_connected', { cause });
}

function told({
  error: {
    kind,
    problem: { code, message, hint },
  },
  isFinal,
  reach,
  isTimeout,
}: NetworkFailure): object {
  return { kind, code, message, hint, isFinal, reach, isTimeout };
}

const passing = { kind: 'network', isFinal: false, isTimeout: false };
const checkProxy =
  'Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY to go without a proxy.';
const checkTrust =
  'If a company proxy or a private CA signs the certificate, set NODE_EXTRA_CA_CERTS to the CA file (PEM).';
const checkServer =
  'Check --api-url, the clock of this machine, and the certificate of the server.';
const noTls =
  'What answers there does not speak TLS. Check --api-url; a server on this machine may be meant by http://.';

describe('no connection', () => {
  test.each<[string, string, string, string]>([
    [
      'ENOTFOUND',
      'dns_failed',
      `The host name of ${far} can't be resolved (ENOTFOUND).`,
      'Check the network and --api-url.',
    ],
    [
      'EAI_AGAIN',
      'dns_failed',
      `The host name of ${far} can't be resolved (EAI_AGAIN).`,
      'Check the network and --api-url.',
    ],
    [
      'ECONNREFUSED',
      'connection_refused',
      `Nothing accepts connections at ${far} (ECONNREFUSED).`,
      'Check --api-url, and that the server runs.',
    ],
    [
      'EHOSTUNREACH',
      'unreachable',
      `${far} can't be reached (EHOSTUNREACH).`,
      'Check the network, a firewall or a VPN.',
    ],
    [
      'ENETUNREACH',
      'unreachable',
      `${far} can't be reached (ENETUNREACH).`,
      'Check the network, a firewall or a VPN.',
    ],
    [
      'ETIMEDOUT',
      'unreachable',
      `${far} can't be reached (ETIMEDOUT).`,
      'Check the network, a firewall or a VPN.',
    ],
    [
      'ECONNRESET',
      'connection_lost',
      `The connection to ${far} was lost before it answered (ECONNRESET).`,
      'Check the network and try again.',
    ],
  ])('%s is %s', (systemCode, code, message, hint) => {
    expect(told(failureFrom(unconnected(systemError(systemCode)), sent))).toEqual({
      ...passing,
      code,
      message,
      hint,
      reach: 'nothing',
    });
  });

  test.each(['ENOTFOUND', 'ECONNREFUSED', 'ENETUNREACH'])(
    '%s on the way to a proxy points to its variables',
    (code) => {
      const { problem } = failureFrom(unconnected(systemError(code)), {
        ...sent,
        peer: proxied,
      }).error;
      expect(problem.message).toContain(proxied);
      expect(problem.hint).toBe(checkProxy);
    },
  );

  test.each([
    ['127.0.0.1:4810', true],
    ['127.10.20.30:80', true],
    ['localhost:4810', true],
    ['[::1]:4810', true],
    [far, false],
    ['127.0.0.1.example:80', false],
    ['127.0.0.1:4810 through the proxy 127.0.0.1:3128', false],
  ])('%s may be a sandbox that is just starting: %s', (peer, isHere) => {
    const { error, patienceMs } = failureFrom(unconnected(systemError('ECONNREFUSED')), {
      ...sent,
      peer,
    });
    expect([
      patienceMs,
      error.problem.hint === 'If a sandbox is meant, start it with: lumio sandbox start',
    ]).toEqual([isHere ? 3000 : undefined, isHere]);
  });

  test.each([
    [
      far,
      'Check the network and --api-url. Or allow more with --timeout 1m; connecting gets a third of it.',
    ],
    [proxied, `${checkProxy} Or allow more with --timeout 1m; connecting gets a third of it.`],
  ])('in time to %s', (peer, hint) => {
    const failure = failureFrom(new ConnectionError('connect_timeout'), { ...sent, peer });
    expect(told(failure)).toEqual({
      ...passing,
      code: 'connect_timeout',
      message: `No connection to ${peer} within 10s.`,
      hint,
      reach: 'nothing',
    });
  });

  test.each([
    [407, 'Put user and password into the proxy URL: http://user:password@host:port.', true],
    [503, checkProxy, false],
  ])('since the proxy answered %i: %s', (proxyStatus, hint, isFinal) => {
    const failure = failureFrom(new ConnectionError('proxy_refused', { proxyStatus }), {
      ...sent,
      peer: proxied,
    });
    expect(told(failure)).toEqual({
      ...passing,
      code: 'proxy_refused',
      message: `No connection to ${proxied}: the proxy answered ${proxyStatus}.`,
      hint,
      isFinal,
      reach: 'nothing',
    });
  });
});

describe('no TLS connection is final', () => {
  test.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', checkTrust],
    ['SELF_SIGNED_CERT_IN_CHAIN', checkTrust],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', checkTrust],
    ['CERT_HAS_EXPIRED', checkServer],
    ['ERR_TLS_CERT_ALTNAME_INVALID', checkServer],
    ['ERR_SSL_WRONG_VERSION_NUMBER', noTls],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', noTls],
    ['EPROTO', checkServer],
    ['HOSTNAME_MISMATCH', checkServer],
  ])('%s', (code, hint) => {
    const failure = failureFrom(unconnected(systemError(code, 'no good.')), sent);
    expect(told(failure)).toEqual({
      ...passing,
      code: 'tls_failed',
      message: `No trusted TLS connection to ${far}: no good (${code}).`,
      hint,
      isFinal: true,
      reach: 'nothing',
    });
  });
});

describe('silence', () => {
  const upload: Progress = { ...sent, totalBytes: 2_000_000 };
  test.each<[string, Progress, { code: string; message: string; reach: string }]>([
    [
      'before the answer',
      sent,
      {
        code: 'answer_timeout',
        message: `${far} did not answer: no byte came for 30s after the request was sent.`,
        reach: 'fully',
      },
    ],
    [
      'in the answer',
      { ...sent, answerBegan: true },
      {
        code: 'answer_stalled',
        message: `The answer of ${far} broke off: no byte came for 30s.`,
        reach: 'fully',
      },
    ],
    [
      'in an upload',
      { ...upload, sentBytes: 1_500_000 },
      {
        code: 'upload_stalled',
        message: `The upload to ${far} stood still for 30s after 1.5 MB of 2 MB.`,
        reach: 'partly',
      },
    ],
    [
      'after an upload',
      { ...upload, sentBytes: 2_000_000 },
      {
        code: 'answer_timeout',
        message: `${far} did not answer: no byte came for 30s after the request was sent.`,
        reach: 'fully',
      },
    ],
  ])('%s', (_, progress, expected) => {
    const hint = 'Try again, or allow longer silences with --timeout 1m.';
    expect(told(failureFrom(new ConnectionError('inactive'), progress))).toEqual({
      ...passing,
      ...expected,
      hint,
      isTimeout: true,
    });
  });
});

describe('a broken connection', () => {
  const hint = 'Check the network and try again.';
  test.each<[string, unknown, boolean, string]>([
    ['reset', systemError('ECONNRESET'), false, 'before it answered (ECONNRESET)'],
    [
      'reset in the answer',
      systemError('ECONNRESET'),
      true,
      'before the answer was complete (ECONNRESET)',
    ],
    [
      'closed, in the words of undici',
      systemError('UND_ERR_SOCKET', 'other side closed'),
      false,
      'before it answered (other side closed)',
    ],
    [
      'with a code that says less than its words',
      systemError('ERR_STREAM_PREMATURE_CLOSE', 'Premature close. Really.'),
      false,
      'before it answered (Premature close. Really)',
    ],
    ['in words alone', new Error('Gone.'), false, 'before it answered (Gone)'],
    ['by something that is no error', 'gone', false, 'before it answered (gone)'],
    [
      'in what only sounds like TLS',
      systemError('EPROTONOSUPPORT'),
      false,
      'before it answered (EPROTONOSUPPORT)',
    ],
    [
      'by something else that is invalid',
      systemError('ERR_INVALID_STATE', 'Not now.'),
      false,
      'before it answered (Not now)',
    ],
    [
      'in what only sounds like no route',
      systemError('EHOSTUNREACHABLE'),
      false,
      'before it answered (EHOSTUNREACHABLE)',
    ],
  ])('%s', (_, thrown, answerBegan, when) => {
    const failure = failureFrom(thrown, { ...sent, answerBegan });
    expect(told(failure)).toEqual({
      ...passing,
      code: 'connection_lost',
      message: `The connection to ${far} was lost ${when}.`,
      hint,
      reach: 'fully',
    });
  });
});

describe('what is no usable HTTP stays so', () => {
  const checkApiUrl = 'Check that --api-url points to the Lumio API.';
  test.each([
    [
      'an answer that is too long',
      systemError('UND_ERR_RES_EXCEEDED_MAX_SIZE', 'Response content exceeded max size'),
      'Response content exceeded max size',
    ],
    [
      'headers that are too long',
      systemError('UND_ERR_HEADERS_OVERFLOW', 'Headers Overflow Error'),
      'Headers Overflow Error',
    ],
    [
      'another protocol',
      Object.assign(new Error('Expected HTTP/'), { name: 'HTTPParserError' }),
      'Expected HTTP/',
    ],
  ])('%s', (_, thrown, words) => {
    const failure = {
      kind: 'unexpected_response',
      code: 'unexpected_response',
      message: `The answer of ${far} is not usable HTTP: ${words}.`,
      hint: checkApiUrl,
    };
    expect(told(failureFrom(thrown, sent))).toEqual({
      ...failure,
      isFinal: true,
      reach: 'fully',
      isTimeout: false,
    });
  });

  test('an interim answer that nobody asked for', () => {
    const message = `${far} answered with an interim 100 Continue that lumio's HTTP client does not take.`;
    const hint = 'A proxy or gateway that adds it has to be set up not to.';
    expect(told(failureFrom(new Error('bad response'), sent))).toEqual({
      ...passing,
      code: 'interim_answer',
      message,
      hint,
      isFinal: true,
      reach: 'fully',
    });
  });
});
