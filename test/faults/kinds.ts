/** The faults of the matrix. */
import type { FaultName } from '../../src/sandbox/faults.ts';
import type { Cut } from '../support/servers/cutting-proxy.ts';

export interface Column {
  readonly name: string;
  /** Done by the proxy, or by the sandbox as with `--fault`. */
  readonly cut?: Cut;
  readonly sandbox?: FaultName | `${FaultName}@${number}` | undefined;
  /**
   * `transient`: a retry, or a check of the server's data, recovers from it. `refusal`: the server
   * refuses the request. `unreadable`: a success whose body doesn't match the API documentation.
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

/** Faults of the sandbox that respond with a status. */
function withStatus(
  effect: Column['effect'],
  rows: readonly (readonly [name: string, sandbox: Column['sandbox'], status: number])[],
): readonly Kind[] {
  return rows.map(([name, sandbox, status]) => ({ name, sandbox, effect, status }));
}

const failed: readonly Kind[] = [
  ...withStatus('transient', [
    ['408', '408', 408],
    ['429 short', '429@1', 429],
    ['429 bare', '429-bare', 429],
    ['429 date', '429-date@1', 429],
    ['500', '500', 500],
    ['500 after commit', '500-after-commit', 500],
    ['502 html', 'html-502', 502],
    ['503', '503', 503],
    ['504', '504', 504],
    ['504 after commit', '504-after-commit', 504],
  ]),
  { name: 'truncated', sandbox: 'truncated', effect: 'transient' },
];

const unreadable = withStatus('unreadable', [
  ['garbage', 'garbage', 200],
  ['wrong type', 'wrong-type', 200],
  ['empty', 'empty', 200],
]);

const permanent: readonly Kind[] = [
  ...withStatus('refusal', [
    ['429 long', '429@900', 429],
    ['503 long', '503@900', 503],
    ['401', '401', 401],
    ['403', '403', 403],
    ['404', '404', 404],
    ['409', '409', 409],
    ['413 html', 'html-413', 413],
    ['422', '422', 422],
  ]),
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
