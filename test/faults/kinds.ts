/** What can happen to a request, and what the table "Behaviour under trouble" expects of it. */
import type { FaultName } from '../../src/sandbox/fault-kinds.ts';
import type { Cut } from '../support/servers/cutting-proxy.ts';

export interface Column {
  readonly name: string;
  /** On the wire, by the cutting proxy; or by the sandbox, in the form of `--fault`. */
  readonly cut?: Cut;
  readonly sandbox?: FaultName | `${FaultName}@${number}`;
  /**
   * `transient`: gone the next time, so a retry, or asking the server, mends it. `refusal`: the server said no. `unreadable`: a success
   * that is not what the API promises. `harmless`: slow, but it works.
   */
  readonly nature: 'transient' | 'refusal' | 'unreadable' | 'harmless';
  /** Of the answer, where there is one. */
  readonly status?: number;
  readonly strikes: 'once' | 'always';
}

type Kind = Omit<Column, 'strikes'>;

const dropped: readonly Kind[] = [
  { name: 'drop before', cut: { kind: 'drop_before' }, nature: 'transient' },
  { name: 'cut in head', cut: { kind: 'cut_request', afterBytes: 60 }, nature: 'transient' },
  { name: 'cut in body', sandbox: 'drop-mid-body', nature: 'transient' },
  { name: 'cut in upload', cut: { kind: 'cut_request', afterBytes: 100_000 }, nature: 'transient' },
  { name: 'drop after commit', cut: { kind: 'lose_answer' }, nature: 'transient' },
  { name: 'cut in answer head', cut: { kind: 'cut_answer', afterBytes: 40 }, nature: 'transient' },
  { name: 'commit after drop', sandbox: 'late-commit@1', nature: 'transient' },
];

const quiet: readonly Kind[] = [
  { name: 'silent before', sandbox: 'silent', nature: 'transient' },
  { name: 'silent after commit', cut: { kind: 'silent' }, nature: 'transient' },
  { name: 'body not read', sandbox: 'stall', nature: 'transient' },
  { name: 'commit after timeout', sandbox: 'slow-commit@20', nature: 'transient' },
];

const failed: readonly Kind[] = [
  { name: '408', sandbox: '408', nature: 'transient', status: 408 },
  { name: '429 short', sandbox: '429@1', nature: 'transient', status: 429 },
  { name: '429 bare', sandbox: '429-bare', nature: 'transient', status: 429 },
  { name: '429 date', sandbox: '429-date@1', nature: 'transient', status: 429 },
  { name: '500', sandbox: '500', nature: 'transient', status: 500 },
  { name: '500 after commit', sandbox: '500-after-commit', nature: 'transient', status: 500 },
  { name: '502 html', sandbox: 'html-502', nature: 'transient', status: 502 },
  { name: '503', sandbox: '503', nature: 'transient', status: 503 },
  { name: '504', sandbox: '504', nature: 'transient', status: 504 },
  { name: '504 after commit', sandbox: '504-after-commit', nature: 'transient', status: 504 },
  { name: 'truncated', sandbox: 'truncated', nature: 'transient' },
];

const unreadable: readonly Kind[] = [
  { name: 'garbage', sandbox: 'garbage', nature: 'unreadable', status: 200 },
  { name: 'wrong type', sandbox: 'wrong-type', nature: 'unreadable', status: 200 },
  { name: 'empty', sandbox: 'empty', nature: 'unreadable', status: 200 },
];

const steady: readonly Kind[] = [
  { name: '429 long', sandbox: '429@900', nature: 'refusal', status: 429 },
  { name: '503 long', sandbox: '503@900', nature: 'refusal', status: 503 },
  { name: '401', sandbox: '401', nature: 'refusal', status: 401 },
  { name: '403', sandbox: '403', nature: 'refusal', status: 403 },
  { name: '404', sandbox: '404', nature: 'refusal', status: 404 },
  { name: '409', sandbox: '409', nature: 'refusal', status: 409 },
  { name: '413 html', sandbox: 'html-413', nature: 'refusal', status: 413 },
  { name: '422', sandbox: '422', nature: 'refusal', status: 422 },
  { name: 'slow', sandbox: 'slow@2', nature: 'harmless' },
];

/** What passes by itself is tried both ways: gone the next time, and there to stay. */
export const columns: readonly Column[] = [
  ...[...dropped, ...quiet, ...failed, ...unreadable].flatMap((kind) => [
    { ...kind, strikes: 'once' as const },
    { ...kind, strikes: 'always' as const },
  ]),
  ...steady.map((kind) => ({ ...kind, strikes: 'always' as const })),
];
