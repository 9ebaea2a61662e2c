/** The faults of the matrix. */
import type { FaultName } from '../../src/sandbox/fault-kinds.ts';
import type { Cut } from '../support/servers/cutting-proxy.ts';

export interface Column {
  readonly name: string;
  /** Done by the proxy, or by the sandbox as with `--fault`. */
  readonly cut?: Cut;
  readonly sandbox?: FaultName | `${FaultName}@${number}`;
  /**
   * `transient`: a retry, or a check of the server's data, recovers from it. `refusal`: the server
   * refuses the request. `unreadable`: a success whose body does not match the API documentation.
   * `harmless`: slow, but successful.
   */
  readonly effect: 'transient' | 'refusal' | 'unreadable' | 'harmless';
  /** HTTP status of the response, if there is one. */
  readonly status?: number;
  readonly repeat: 'once' | 'always';
}

type Kind = Omit<Column, 'repeat'>;

const dropped: readonly Kind[] = [
  { name: 'drop before', cut: { kind: 'drop_before' }, effect: 'transient' },
  { name: 'cut in head', cut: { kind: 'cut_request', afterBytes: 60 }, effect: 'transient' },
  { name: 'cut in body', sandbox: 'drop-mid-body', effect: 'transient' },
  { name: 'cut in upload', cut: { kind: 'cut_request', afterBytes: 25_000 }, effect: 'transient' },
  { name: 'drop after commit', cut: { kind: 'lose_response' }, effect: 'transient' },
  {
    name: 'cut in response head',
    cut: { kind: 'cut_response', afterBytes: 40 },
    effect: 'transient',
  },
  { name: 'commit after drop', sandbox: 'late-commit@1', effect: 'transient' },
];

const quiet: readonly Kind[] = [
  { name: 'silent before', sandbox: 'silent', effect: 'transient' },
  { name: 'silent after commit', cut: { kind: 'silent' }, effect: 'transient' },
  { name: 'body not read', sandbox: 'stall', effect: 'transient' },
  // After the timeout, while a client with enough --max-wait still checks the server.
  { name: 'commit after timeout', sandbox: 'slow-commit@38', effect: 'transient' },
];

const failed: readonly Kind[] = [
  { name: '408', sandbox: '408', effect: 'transient', status: 408 },
  { name: '429 short', sandbox: '429@1', effect: 'transient', status: 429 },
  { name: '429 bare', sandbox: '429-bare', effect: 'transient', status: 429 },
  { name: '429 date', sandbox: '429-date@1', effect: 'transient', status: 429 },
  { name: '500', sandbox: '500', effect: 'transient', status: 500 },
  { name: '500 after commit', sandbox: '500-after-commit', effect: 'transient', status: 500 },
  { name: '502 html', sandbox: 'html-502', effect: 'transient', status: 502 },
  { name: '503', sandbox: '503', effect: 'transient', status: 503 },
  { name: '504', sandbox: '504', effect: 'transient', status: 504 },
  { name: '504 after commit', sandbox: '504-after-commit', effect: 'transient', status: 504 },
  { name: 'truncated', sandbox: 'truncated', effect: 'transient' },
];

const unreadable: readonly Kind[] = [
  { name: 'garbage', sandbox: 'garbage', effect: 'unreadable', status: 200 },
  { name: 'wrong type', sandbox: 'wrong-type', effect: 'unreadable', status: 200 },
  { name: 'empty', sandbox: 'empty', effect: 'unreadable', status: 200 },
];

const permanent: readonly Kind[] = [
  { name: '429 long', sandbox: '429@900', effect: 'refusal', status: 429 },
  { name: '503 long', sandbox: '503@900', effect: 'refusal', status: 503 },
  { name: '401', sandbox: '401', effect: 'refusal', status: 401 },
  { name: '403', sandbox: '403', effect: 'refusal', status: 403 },
  { name: '404', sandbox: '404', effect: 'refusal', status: 404 },
  { name: '409', sandbox: '409', effect: 'refusal', status: 409 },
  { name: '413 html', sandbox: 'html-413', effect: 'refusal', status: 413 },
  { name: '422', sandbox: '422', effect: 'refusal', status: 422 },
  { name: 'slow', sandbox: 'slow@2', effect: 'harmless' },
];

/** Temporary faults happen once and always; permanent ones always. */
export const columns: readonly Column[] = [
  ...[...dropped, ...quiet, ...failed, ...unreadable].flatMap((kind) => [
    { ...kind, repeat: 'once' as const },
    { ...kind, repeat: 'always' as const },
  ]),
  ...permanent.map((kind) => ({ ...kind, repeat: 'always' as const })),
];
