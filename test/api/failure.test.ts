/** How errors of sockets, TLS, DNS and HTTP are reported. Messages are in the snapshot. */
import { describe, expect, test } from 'vitest';
import {
  ConnectionError,
  failureFrom,
  type NetworkFailure,
  type Progress,
} from '../../src/api/failure.ts';

const far = 'api.lumio.vision:443';
const proxy = '10.0.0.1:3128';
const progress: Progress = {
  host: far,
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  totalBytes: 0,
  sentBytes: 0,
  hasResponse: false,
};

function systemError(code: string, message = `${code} happened`): Error {
  return Object.assign(new Error(message), { code });
}

function notConnected(cause: unknown): ConnectionError {
  return new ConnectionError('not_connected', { cause });
}

/** Everything but the wording, which is in the snapshot. */
function reported({ error, isFinal, sent }: NetworkFailure): object {
  const { message, hint, code } = error.problem;
  expect({ message, hint }).toMatchSnapshot();
  return { kind: error.kind, code, isFinal, sent };
}

const temporary = { kind: 'network', isFinal: false };

describe('without a connection', () => {
  test.each([
    ['ENOTFOUND', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ECONNREFUSED', 'connection_refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'unreachable'],
    ['ECONNRESET', 'connection_lost'],
  ])('%s is %s', (systemCode, code) => {
    const failure = failureFrom(notConnected(systemError(systemCode)), progress);
    expect(reported(failure)).toEqual({ ...temporary, code, sent: 'nothing' });
  });

  test.each(['ENOTFOUND', 'ECONNREFUSED', 'ENETUNREACH'])(
    '%s while connecting to a proxy names its variables',
    (code) => {
      const failure = failureFrom(notConnected(systemError(code)), { ...progress, proxy });
      expect(failure.error.message).toContain(far);
      expect(failure.error.message).toContain(proxy);
      expect(failure.error.problem.hint).toContain('HTTPS_PROXY');
    },
  );

  test.each([
    ['127.0.0.1:4810', 3000],
    ['127.10.20.30:80', 3000],
    ['localhost:4810', 3000],
    ['[::1]:4810', 3000],
    [far, undefined],
    ['127.0.0.1.example:80', undefined],
    ['127.0.0.1:4810', undefined, '127.0.0.1:3128'],
  ])(
    '%s may be a sandbox that is starting: retries for %s ms',
    (host, retryMs, through?: string) => {
      const state = { ...progress, host, proxy: through };
      const failure = failureFrom(notConnected(systemError('ECONNREFUSED')), state);
      const namesSandbox = failure.error.problem.hint?.includes('lumio sandbox start');
      expect([failure.maxRetryMs, namesSandbox]).toEqual([retryMs, retryMs !== undefined]);
    },
  );

  test.each([{ proxy: undefined }, { proxy }])('a connect timeout, proxy $proxy', (through) => {
    const state = { ...progress, ...through };
    expect(reported(failureFrom(new ConnectionError('connect_timeout'), state))).toEqual({
      ...temporary,
      code: 'connect_timeout',
      sent: 'nothing',
    });
  });

  test.each([403, 407, 502, 503])('a refusal of the proxy: %i', (proxyStatus) => {
    const error = new ConnectionError('proxy_refused', { proxyStatus });
    expect(reported(failureFrom(error, { ...progress, proxy }))).toEqual({
      ...temporary,
      code: 'proxy_refused',
      isFinal: proxyStatus < 500,
      sent: 'nothing',
    });
  });
});

test.each([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'EPROTO',
  'HOSTNAME_MISMATCH',
])('the TLS error %s is final', (code) => {
  const failure = failureFrom(notConnected(systemError(code, 'no good.')), progress);
  expect(reported(failure)).toEqual({
    kind: 'network',
    code: 'tls_failed',
    isFinal: true,
    sent: 'nothing',
  });
});

describe('inactivity', () => {
  const upload: Progress = { ...progress, totalBytes: 2_000_000 };
  test.each<[string, Progress, string, string]>([
    ['before the response', progress, 'response_timeout', 'all'],
    ['in the response', { ...progress, hasResponse: true }, 'response_stalled', 'all'],
    ['in an upload', { ...upload, sentBytes: 1_500_000 }, 'upload_stalled', 'part'],
    ['after an upload', { ...upload, sentBytes: 2_000_000 }, 'response_timeout', 'all'],
  ])('%s', (_, state, code, sent) => {
    const failure = failureFrom(new ConnectionError('inactive'), state);
    expect(reported(failure)).toEqual({ ...temporary, code, sent });
  });

  test.each<[ConnectionError['reason'], string]>([
    ['max_time', 'response_timeout'],
    ['response_too_slow', 'response_too_slow'],
  ])('%s is reported', (reason, code) => {
    const failure = failureFrom(new ConnectionError(reason), { ...progress, maxMs: 80 });
    expect(reported(failure)).toEqual({ ...temporary, code, sent: 'all' });
  });
});

describe('a lost connection', () => {
  test.each<[string, unknown, boolean]>([
    ['reset', systemError('ECONNRESET'), false],
    ['reset in the response', systemError('ECONNRESET'), true],
    ['with a long code', systemError('ERR_STREAM_PREMATURE_CLOSE', 'Premature close.'), false],
    ['without a code', new Error('Closed.'), false],
    ['thrown as a string', 'closed', false],
    ['with a code that only begins like TLS', systemError('EPROTONOSUPPORT'), false],
    ['with another invalid state', systemError('ERR_INVALID_STATE', 'Not now.'), false],
    ['with a code that only begins like "no route"', systemError('EHOSTUNREACHABLE'), false],
  ])('%s', (_, thrown, hasResponse) => {
    const failure = failureFrom(thrown, { ...progress, hasResponse });
    expect(reported(failure)).toEqual({ ...temporary, code: 'connection_lost', sent: 'all' });
  });
});

test.each([
  ['a response that is too large', new ConnectionError('response_too_large')],
  ['endless interim responses', new ConnectionError('interim_flood')],
  ['headers that are too long', systemError('HPE_HEADER_OVERFLOW', 'Header overflow')],
  ['another protocol', systemError('HPE_INVALID_CONSTANT', 'Expected HTTP/')],
])('%s: invalid HTTP is final', (_, thrown) => {
  expect(reported(failureFrom(thrown, progress))).toEqual({
    kind: 'unexpected_response',
    code: 'unexpected_response',
    isFinal: true,
    sent: 'all',
  });
});
