/** Commands that send requests, and the endpoint at which each case injects a fault. */
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import { scenarios } from '../e2e/scenarios.ts';
import { exampleId } from '../support/project.ts';
import { draftId, faultEnvKey } from './fault-env.ts';

export interface Row {
  readonly argv: readonly string[];
  readonly endpoint: EndpointName;
  /** Requests to the endpoint that pass before the fault. */
  readonly skip?: number;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `lumio api` doesn't know what a POST does, so it can't check afterwards. */
  readonly isRaw?: true;
  /** Exits with 0 and lists failures in its document. */
  readonly reportsFailures?: true;
}

const scoreboard = ['-e', exampleId];
const draft = ['-e', draftId];
const versionForm = ['-F', 'version=1.4.0', '-F', 'bundle=@bundle.tar.gz'];
const renamed = ['--name', 'Scoreboard II'];

const scenarioRows = scenarios.flatMap(({ path, words = [], stdin, endpoints: names = [] }) =>
  names.map((endpoint): Row => ({
    argv: [...path.split(' '), ...words],
    endpoint,
    ...(stdin === undefined ? {} : { stdin }),
  })),
);

export const rows: readonly Row[] = [
  ...scenarioRows,
  {
    argv: ['login', '--with-token'],
    endpoint: 'listExtensions',
    stdin: `${faultEnvKey}\n`,
    env: { LUMIO_API_KEY: '' },
  },
  { argv: ['doctor'], endpoint: 'listExtensions', reportsFailures: true },
  { argv: ['init', '-e', 'my-scoreboard', '--yes'], endpoint: 'listExtensions' },
  { argv: ['init', '-e', 'my-scoreboard', '--yes'], endpoint: 'getExtension' },
  { argv: ['init', '--create', '--name', 'Clock', '--yes'], endpoint: 'listExtensions' },
  { argv: ['init', '--create', '--name', 'Clock', '--yes'], endpoint: 'createExtension' },
  { argv: ['extensions', 'get', ...scoreboard], endpoint: 'getExtension' },
  { argv: ['extensions', 'create', '--name', 'Clock'], endpoint: 'listExtensions' },
  { argv: ['extensions', 'create', '--name', 'Clock'], endpoint: 'createExtension' },
  { argv: ['extensions', 'update', ...scoreboard, ...renamed], endpoint: 'updateExtension' },
  { argv: ['extensions', 'delete', ...draft, '--yes'], endpoint: 'deleteExtension' },
  { argv: ['versions', 'get', '1.2.0', ...scoreboard], endpoint: 'listVersions' },
  { argv: ['versions', 'wait', '0.9.0', ...draft, '--for', '45s'], endpoint: 'listVersions' },
  {
    argv: ['versions', 'wait', '0.9.0', ...draft, '--for', '45s'],
    endpoint: 'listVersions',
    skip: 1,
  },
  { argv: ['deploy'], endpoint: 'listVersions' },
  { argv: ['deploy'], endpoint: 'submitVersion' },
  { argv: ['deploy', '--bump', 'patch', '-e', 'my-scoreboard'], endpoint: 'listExtensions' },
  { argv: ['deploy', '--wait', '45s'], endpoint: 'listVersions', skip: 1 },
  {
    argv: ['secrets', 'set', 'TOKEN', ...scoreboard],
    endpoint: 'setSecret',
    stdin: 'first line\n"second" line',
  },
  { argv: ['secrets', 'delete', 'API_KEY', ...scoreboard, '--yes'], endpoint: 'deleteSecret' },
  {
    argv: ['secrets', 'import', '.env', ...scoreboard, '--prune', '--yes'],
    endpoint: 'listSecrets',
  },
  { argv: ['secrets', 'import', '.env', ...scoreboard, '--prune', '--yes'], endpoint: 'setSecret' },
  {
    argv: ['secrets', 'import', '.env', ...scoreboard, '--prune', '--yes'],
    endpoint: 'deleteSecret',
  },
  { argv: ['api', 'extensions'], endpoint: 'listExtensions', isRaw: true },
  {
    argv: ['api', `extensions/${exampleId}`, '-X', 'PATCH', '-f', 'name=Renamed'],
    endpoint: 'updateExtension',
    isRaw: true,
  },
  {
    argv: ['api', `extensions/${draftId}`, '-X', 'DELETE'],
    endpoint: 'deleteExtension',
    isRaw: true,
  },
  { argv: ['api', 'extensions', '-f', 'name=Clock'], endpoint: 'createExtension', isRaw: true },
  {
    argv: ['api', `extensions/${exampleId}/versions`, ...versionForm],
    endpoint: 'submitVersion',
    isRaw: true,
  },
];

/** The row of the endpoint's own command, such as `versions list` for List versions. */
export function commandOf(endpoint: EndpointName): Row {
  const section = endpoints[endpoint].page.split(' ')[0]?.toLowerCase();
  const sending = rows.filter((row) => row.endpoint === endpoint);
  const own = sending.find(({ argv }) => argv[0] === section) ?? sending[0];
  if (own === undefined) throw new Error(`${endpoint}: no command in test/faults/commands.ts`);
  return own;
}
