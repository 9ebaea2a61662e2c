/** What the network did to a request, told in plain words: errors of sockets, TLS, DNS and undici become LumioErrors. */
import { LumioError, systemCode, type Problem } from '../errors.ts';
import { formatBytes } from '../shared/byte-size.ts';
import { formatDuration } from '../shared/duration.ts';

/** How much of a request can have reached the server when it failed. */
type Reach = 'nothing' | 'partly' | 'fully';

/** A request that got no complete answer. */
export interface NetworkFailure {
  readonly kind: 'failure';
  readonly error: LumioError;
  readonly reach: Reach;
  /** Trying again can't help: a certificate that is not trusted stays so. */
  readonly isFinal: boolean;
  /** Trying again helps soon or never; within --max-wait. Undefined: as long as that allows. */
  readonly patienceMs?: number | undefined;
  /** The server may still be working on it. */
  readonly isTimeout: boolean;
}

/** How far a request had come. */
export interface Progress {
  /** What is talked to, such as `api.lumio.vision:443` or `127.0.0.1:4810 through the proxy 10.0.0.1:3128`. */
  readonly peer: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** All the time that it had, where that was limited. */
  readonly withinMs?: number | undefined;
  readonly totalBytes: number;
  sentBytes: number;
  answerBegan: boolean;
}

/** What the connector adds to the errors of Node: it failed before a byte of the request was sent, nothing moved for too long, or it had only so much time. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly reason:
    | 'not_connected'
    | 'connect_timeout'
    | 'inactive'
    | 'out_of_time'
    | 'proxy_refused';
  readonly proxyStatus: number | undefined;

  constructor(
    reason: ConnectionError['reason'],
    details: { cause?: unknown; proxyStatus?: number } = {},
  ) {
    super(reason, { cause: details.cause });
    this.reason = reason;
    this.proxyStatus = details.proxyStatus;
  }
}

/** Tells what went wrong with a request that got no complete answer. */
export function failureFrom(thrown: unknown, progress: Progress): NetworkFailure {
  const isTimeout =
    thrown instanceof ConnectionError &&
    (thrown.reason === 'inactive' || thrown.reason === 'out_of_time');
  const isUnconnected = thrown instanceof ConnectionError && !isTimeout;
  const explanation = explain(thrown, progress);
  return {
    kind: 'failure',
    error: new LumioError(explanation.kind ?? 'network', { ...explanation.problem, cause: thrown }),
    reach: isUnconnected ? 'nothing' : bodyReach(progress),
    isFinal: explanation.isFinal === true,
    patienceMs: explanation.patienceMs,
    isTimeout,
  };
}

function bodyReach(progress: Progress): Reach {
  return progress.sentBytes < progress.totalBytes ? 'partly' : 'fully';
}

interface Explanation {
  readonly kind?: 'unexpected_response';
  readonly problem: Problem;
  readonly isFinal?: true;
  readonly patienceMs?: number;
}

/** Nothing on the way to this machine itself gets lost: a server that is just starting is there in a moment, any other one not at all. */
const startingServerMs = 3000;

function explain(thrown: unknown, progress: Progress): Explanation {
  if (!(thrown instanceof ConnectionError)) return explainSystem(thrown, progress);
  if (thrown.reason === 'inactive') return { problem: stoodStill(progress) };
  if (thrown.reason === 'out_of_time')
    return {
      problem: {
        code: 'answer_timeout',
        message: `${progress.peer} did not answer within ${formatDuration(progress.withinMs ?? 0)}.`,
      },
    };
  if (thrown.reason === 'connect_timeout') return { problem: notConnected(progress) };
  if (thrown.reason === 'proxy_refused') return proxyRefused(thrown.proxyStatus ?? 0, progress);
  return explainSystem(thrown.cause, progress);
}

function notConnected({ peer, timeoutMs, connectTimeoutMs }: Progress): Problem {
  return {
    code: 'connect_timeout',
    message: `No connection to ${peer} within ${formatDuration(connectTimeoutMs)}.`,
    hint: `${isProxied(peer) ? proxyHint : 'Check the network and --api-url.'} Or allow more with --timeout ${formatDuration(timeoutMs * 2)}; connecting gets a third of it.`,
  };
}

function stoodStill({ peer, timeoutMs, sentBytes, totalBytes, answerBegan }: Progress): Problem {
  const limit = formatDuration(timeoutMs);
  const hint = `Try again, or allow longer silences with --timeout ${formatDuration(timeoutMs * 2)}.`;
  if (answerBegan)
    return {
      code: 'answer_stalled',
      message: `The answer of ${peer} broke off: no byte came for ${limit}.`,
      hint,
    };
  if (sentBytes >= totalBytes)
    return {
      code: 'answer_timeout',
      message: `${peer} did not answer: no byte came for ${limit} after the request was sent.`,
      hint,
    };
  const part = `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`;
  return {
    code: 'upload_stalled',
    message: `The upload to ${peer} stood still for ${limit} after ${part}.`,
    hint,
  };
}

function proxyRefused(status: number, { peer }: Progress): Explanation {
  const problem = {
    code: 'proxy_refused',
    message: `No connection to ${peer}: the proxy answered ${status}.`,
  };
  if (status === 407)
    return {
      problem: {
        ...problem,
        hint: 'Put user and password into the proxy URL: http://user:password@host:port.',
      },
      isFinal: true,
    };
  return { problem: { ...problem, hint: proxyHint } };
}

function explainSystem(thrown: unknown, progress: Progress): Explanation {
  const code = systemCode(thrown) ?? '';
  const { peer } = progress;
  if (/^(ENOTFOUND|EAI_)/.test(code)) {
    return {
      problem: {
        code: 'dns_failed',
        message: `The host name of ${peer} can't be resolved (${code}).`,
        hint: isProxied(peer) ? proxyHint : 'Check the network and --api-url.',
      },
    };
  }
  if (code === 'ECONNREFUSED') {
    const problem = {
      code: 'connection_refused',
      message: `Nothing accepts connections at ${peer} (${code}).`,
      hint: isProxied(peer) ? proxyHint : 'Check --api-url, and that the server runs.',
    };
    return isHere(peer)
      ? {
          problem: {
            ...problem,
            hint: 'If a sandbox is meant, start it with: lumio sandbox start',
          },
          patienceMs: startingServerMs,
        }
      : { problem };
  }
  if (isTls(code)) return { problem: tlsFailed(thrown, code, peer), isFinal: true };
  if (isBrokenHttp(thrown, code)) return notUsable(thrown, peer);
  if (/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL|ETIMEDOUT)$/.test(code)) {
    return {
      problem: {
        code: 'unreachable',
        message: `${peer} can't be reached (${code}).`,
        hint: isProxied(peer) ? proxyHint : 'Check the network, a firewall or a VPN.',
      },
    };
  }
  // undici's word for it. Nothing asked for it: it answers "Expect: 100-continue", which lumio never sends.
  if (wordsOf(thrown) === 'bad response') return interim(peer);
  return { problem: cut(thrown, code, progress) };
}

function interim(peer: string): Explanation {
  const message = `${peer} answered with an interim 100 Continue that lumio's HTTP client does not take.`;
  return {
    problem: {
      code: 'interim_answer',
      message,
      hint: 'A proxy or gateway that adds it has to be set up not to.',
    },
    isFinal: true,
  };
}

const proxyHint =
  'Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY to go without a proxy.';

/** What fails before the request is sent through a proxy fails on the way to the proxy. */
function isProxied(peer: string): boolean {
  return peer.includes(' through the proxy ');
}

/** A loopback address without a proxy in between. */
function isHere(peer: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(peer);
}

/** undici's names; its parser's errors have no code. */
function isBrokenHttp(thrown: unknown, code: string): boolean {
  return (
    (thrown instanceof Error && thrown.name === 'HTTPParserError') ||
    /^UND_ERR_(RES_EXCEEDED_MAX_SIZE|HEADERS_OVERFLOW)$/.test(code)
  );
}

function isTls(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|ERR_OSSL|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_)/.test(
    code,
  );
}

function tlsFailed(thrown: unknown, code: string, peer: string): Problem {
  return {
    code: 'tls_failed',
    message: `No trusted TLS connection to ${peer}: ${reasonOf(thrown)} (${code}).`,
    hint: tlsHint(code),
  };
}

function tlsHint(code: string): string {
  if (/^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code))
    return 'If a company proxy or a private CA signs the certificate, set NODE_EXTRA_CA_CERTS to the CA file (PEM).';
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL/.test(code))
    return 'What answers there does not speak TLS. Check --api-url; a server on this machine may be meant by http://.';
  return 'Check --api-url, the clock of this machine, and the certificate of the server.';
}

/** OpenSSL's own word for it, which stands in the message between numbers and names of its source files. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof Error && 'reason' in thrown && typeof thrown.reason === 'string'
    ? thrown.reason
    : wordsOf(thrown);
}

/** Broken HTTP or an endless answer will be the same the next time: it points to a wrong address. */
function notUsable(thrown: unknown, peer: string): Explanation {
  return {
    kind: 'unexpected_response',
    problem: {
      code: 'unexpected_response',
      message: `The answer of ${peer} is not usable HTTP: ${wordsOf(thrown)}.`,
      hint: 'Check that --api-url points to the Lumio API.',
    },
    isFinal: true,
  };
}

function cut(thrown: unknown, code: string, { peer, answerBegan }: Progress): Problem {
  const when = answerBegan ? 'before the answer was complete' : 'before it answered';
  return {
    code: 'connection_lost',
    message: `The connection to ${peer} was lost ${when} (${/^E[A-Z]+$/.test(code) ? code : wordsOf(thrown)}).`,
    hint: 'Check the network and try again.',
  };
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.replace(/\.$/, '') : String(thrown);
}
