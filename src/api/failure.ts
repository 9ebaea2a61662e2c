/** Turns the socket, TLS, DNS and HTTP errors of a request into LumioErrors. */
import { LumioError, systemCode, type Problem } from '../errors.ts';
import { formatBytes, formatDuration } from '../shared/quantities.ts';

export interface NetworkFailure {
  readonly kind: 'failure';
  readonly error: LumioError;
  /** How much of the request can have reached the server. */
  readonly sent: 'nothing' | 'part' | 'all';
  /** A retry can't help, for example with an untrusted certificate. */
  readonly isFinal: boolean;
  /** Retries after this time can't help. */
  readonly maxRetryMs?: number | undefined;
}

/** The state of a request when it failed. */
export interface Progress {
  /** Such as `api.lumio.vision:443`. */
  readonly host: string;
  /** Such as `10.0.0.1:3128`. */
  readonly proxy?: string | undefined;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxMs?: number | undefined;
  readonly totalBytes: number;
  sentBytes: number;
  hasResponse: boolean;
}

type Reason =
  /** Failed before a byte of the request was sent; see `cause`. */
  | 'not_connected'
  | 'connect_timeout'
  | 'proxy_refused'
  | 'inactive'
  | 'max_time'
  | 'response_too_slow'
  | 'response_too_large'
  | 'interim_flood'
  | 'unasked_upgrade';

const beforeSending: ReadonlySet<Reason> = new Set([
  'not_connected',
  'connect_timeout',
  'proxy_refused',
]);

/** Failures that our own HTTP code detects, besides Node's errors. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly reason: Reason;
  readonly proxyStatus: number | undefined;

  constructor(reason: Reason, details: { cause?: unknown; proxyStatus?: number } = {}) {
    super(reason, { cause: details.cause });
    this.reason = reason;
    this.proxyStatus = details.proxyStatus;
  }
}

export function failureFrom(thrown: unknown, progress: Progress): NetworkFailure {
  const reason = thrown instanceof ConnectionError ? thrown.reason : undefined;
  const { kind = 'network', problem, isFinal = false, maxRetryMs } = explain(thrown, progress);
  const sentBody = progress.sentBytes < progress.totalBytes ? 'part' : 'all';
  return {
    kind: 'failure',
    error: new LumioError(kind, { ...problem, cause: thrown }),
    sent: reason !== undefined && beforeSending.has(reason) ? 'nothing' : sentBody,
    isFinal,
    maxRetryMs,
  };
}

interface Explanation {
  readonly kind?: 'unexpected_response';
  readonly problem: Problem;
  readonly isFinal?: true;
  readonly maxRetryMs?: number;
}

function explain(thrown: unknown, progress: Progress): Explanation {
  if (!(thrown instanceof ConnectionError)) return explainSystem(thrown, progress);
  const peer = peerOf(progress);
  const explanations: Readonly<Record<Reason, () => Explanation>> = {
    not_connected: () => explainSystem(thrown.cause, progress),
    connect_timeout: () => ({ problem: connectTimeout(progress) }),
    proxy_refused: () => proxyRefused(thrown.proxyStatus ?? 0, progress),
    inactive: () => ({ problem: stalled(progress) }),
    max_time: () => {
      const message = `${peer} didn't respond in the remaining ${formatDuration(progress.maxMs ?? 0)}.`;
      return { problem: { code: 'response_timeout', message } };
    },
    response_too_slow: () => {
      const message = `The response from ${peer} arrived too slowly.`;
      return { problem: { code: 'response_too_slow', message, hint: timeoutHint(progress) } };
    },
    response_too_large: () => invalidHttp('it is larger than 32 MB', peer),
    interim_flood: () => invalidHttp('too many interim responses', peer),
    unasked_upgrade: () => invalidHttp('unexpected status 101', peer),
  };
  return explanations[thrown.reason]();
}

function connectTimeout(progress: Progress): Problem {
  const { proxy, timeoutMs, connectTimeoutMs } = progress;
  const allow = `allow more time with --timeout ${formatDuration(timeoutMs * 2)} (a third of it is for connecting)`;
  return {
    code: 'connect_timeout',
    message: `Can't connect to ${peerOf(progress)} within ${formatDuration(connectTimeoutMs)}.`,
    hint: `${proxy ? proxyHint : 'Check the network and --api-url.'} Or ${allow}.`,
  };
}

function timeoutHint({ timeoutMs }: Progress): string {
  return `Try again, or increase the limit with --timeout ${formatDuration(timeoutMs * 2)}.`;
}

function stalled(progress: Progress): Problem {
  const peer = peerOf(progress);
  const { sentBytes, totalBytes, hasResponse } = progress;
  const limit = formatDuration(progress.timeoutMs);
  const hint = timeoutHint(progress);
  if (hasResponse) {
    const message = `The response from ${peer} stalled: no data for ${limit}.`;
    return { code: 'response_stalled', message, hint };
  }
  if (sentBytes >= totalBytes)
    return {
      code: 'response_timeout',
      message: `${peer} didn't respond: no data for ${limit} after the request was sent.`,
      hint,
    };
  return {
    code: 'upload_stalled',
    message:
      `The upload to ${peer} stalled for ${limit} after ${formatBytes(sentBytes)} of ` +
      `${formatBytes(totalBytes)}.`,
    hint,
  };
}

function proxyRefused(status: number, progress: Progress): Explanation {
  const hint =
    status === 407
      ? 'Put the user name and password into the proxy URL: http://user:password@host:port.'
      : proxyHint;
  const message = `Can't connect to ${peerOf(progress)}: the proxy responded with status ${status}.`;
  const problem = { code: 'proxy_refused', message, hint };
  // 403, 405, 407 …: the proxy's rules don't change within a retry.
  return status >= 400 && status < 500 ? { problem, isFinal: true } : { problem };
}

/** Long enough for a local server that is starting. */
const startingServerMs = 3000;

function explainSystem(thrown: unknown, progress: Progress): Explanation {
  const code = systemCode(thrown) ?? '';
  const peer = peerOf(progress);
  const failure = (name: string, message: string, hint: string): Problem => ({
    code: name,
    message: `${message} (${code}).`,
    hint: progress.proxy ? proxyHint : hint,
  });
  if (/^(ENOTFOUND|EAI_)/.test(code)) {
    const message = `Can't resolve the host name of ${peer}`;
    return { problem: failure('dns_failed', message, 'Check the network and --api-url.') };
  }
  if (code === 'ECONNREFUSED') return refused(failure, progress);
  if (/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL|ETIMEDOUT)$/.test(code)) {
    const hint = 'Check the network, firewall and VPN.';
    return { problem: failure('unreachable', `Can't reach ${peer}`, hint) };
  }
  if (isTls(code)) return { problem: tlsFailed(thrown, code, peer), isFinal: true };
  if (code.startsWith('HPE_')) return invalidHttp(messageOf(thrown), peer);
  return { problem: connectionLost(thrown, code, progress) };
}

function refused(
  failure: (name: string, message: string, hint: string) => Problem,
  progress: Progress,
): Explanation {
  const message = `Connection to ${peerOf(progress)} refused`;
  if (!isLocal(progress)) {
    const hint = 'Check --api-url and that the server is running.';
    return { problem: failure('connection_refused', message, hint) };
  }
  const hint = 'To use a sandbox, start it with: lumio sandbox start';
  return { problem: failure('connection_refused', message, hint), maxRetryMs: startingServerMs };
}

const proxyHint =
  'Check HTTPS_PROXY and HTTP_PROXY, or add the host to NO_PROXY to connect directly.';

export function peerOf({ host, proxy }: Pick<Progress, 'host' | 'proxy'>): string {
  return proxy === undefined ? host : `${host} through the proxy ${proxy}`;
}

/** A loopback address without a proxy. */
function isLocal({ host, proxy }: Progress): boolean {
  return !proxy && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(host);
}

function isTls(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|ERR_OSSL|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_)/.test(
    code,
  );
}

function tlsFailed(thrown: unknown, code: string, peer: string): Problem {
  // OpenSSL's reason; its message also has source files and numbers.
  const reason =
    thrown instanceof Error && 'reason' in thrown ? String(thrown.reason) : messageOf(thrown);
  const message = `Can't establish a trusted TLS connection to ${peer}: ${reason} (${code}).`;
  return { code: 'tls_failed', message, hint: tlsHint(code) };
}

function tlsHint(code: string): string {
  if (/^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code))
    return 'If a company proxy or a private CA signs the certificate, set NODE_EXTRA_CA_CERTS to the CA file (PEM).';
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL/.test(code))
    return "The server doesn't speak TLS. Check --api-url; a local server may need http://.";
  return "Check --api-url, this machine's clock and the server's certificate.";
}

function invalidHttp(reason: string, peer: string): Explanation {
  return {
    kind: 'unexpected_response',
    problem: {
      code: 'unexpected_response',
      message: `The response from ${peer} isn't valid HTTP: ${reason}.`,
      hint: 'Check that --api-url points to the Lumio API.',
    },
    isFinal: true,
  };
}

function connectionLost(thrown: unknown, code: string, progress: Progress): Problem {
  const when = progress.hasResponse ? 'before the response was complete' : 'before the response';
  const reason = /^E[A-Z]+$/.test(code) ? code : messageOf(thrown);
  return {
    code: 'connection_lost',
    message: `The connection to ${peerOf(progress)} was lost ${when} (${reason}).`,
    hint: 'Check the network and try again.',
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.replace(/\.$/, '') : String(thrown);
}
