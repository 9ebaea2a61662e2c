/** Every command that makes a request, and which of its requests is struck. */
import type { EndpointName } from '../../src/api/contract.ts';
import { exampleId } from '../support/project.ts';
import { draftId, stageKey } from './fault-env.ts';

export interface Row {
  readonly argv: readonly string[];
  readonly strikes: EndpointName;
  /** So many requests of that endpoint are let through first. */
  readonly spares?: number;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** POST requests of `lumio api` may be anything: there is nothing the server could be asked afterwards. */
  readonly isFree?: true;
  /** It looks once, and tells in its own document what it saw. */
  readonly isDiagnosis?: true;
}

const scoreboard = ['-e', exampleId];
const draft = ['-e', draftId];
const versionForm = ['-F', 'version=1.4.0', '-F', 'bundle=@bundle.tar.gz'];
const renamed = ['--name', 'Scoreboard II'];

export const rows: readonly Row[] = [
  {
    argv: ['login', '--with-token'],
    strikes: 'listExtensions',
    stdin: `${stageKey}\n`,
    env: { LUMIO_API_KEY: '' },
  },
  { argv: ['whoami'], strikes: 'listExtensions' },
  { argv: ['doctor'], strikes: 'listExtensions', isDiagnosis: true },
  { argv: ['init', '-e', 'my-scoreboard', '--yes'], strikes: 'listExtensions' },
  { argv: ['init', '-e', 'my-scoreboard', '--yes'], strikes: 'getExtension' },
  { argv: ['init', '--create', '--name', 'Clock', '--yes'], strikes: 'listExtensions' },
  { argv: ['init', '--create', '--name', 'Clock', '--yes'], strikes: 'createExtension' },
  { argv: ['status', ...scoreboard], strikes: 'getExtension' },
  { argv: ['extensions', 'list'], strikes: 'listExtensions' },
  { argv: ['extensions', 'get', ...scoreboard], strikes: 'getExtension' },
  { argv: ['extensions', 'create', '--name', 'Clock'], strikes: 'listExtensions' },
  { argv: ['extensions', 'create', '--name', 'Clock'], strikes: 'createExtension' },
  { argv: ['extensions', 'update', ...scoreboard, ...renamed], strikes: 'updateExtension' },
  { argv: ['extensions', 'delete', ...draft, '--yes'], strikes: 'deleteExtension' },
  { argv: ['versions', 'list', ...scoreboard], strikes: 'listVersions' },
  { argv: ['versions', 'get', '1.2.0', ...scoreboard], strikes: 'listVersions' },
  { argv: ['versions', 'wait', '0.9.0', ...draft, '--for', '30s'], strikes: 'listVersions' },
  {
    argv: ['versions', 'wait', '0.9.0', ...draft, '--for', '30s'],
    strikes: 'listVersions',
    spares: 1,
  },
  { argv: ['deploy'], strikes: 'listVersions' },
  { argv: ['deploy'], strikes: 'submitVersion' },
  { argv: ['deploy', '--bump', 'patch', '-e', 'my-scoreboard'], strikes: 'listExtensions' },
  { argv: ['deploy', '--wait', '30s'], strikes: 'listVersions', spares: 1 },
  { argv: ['installs', 'stats', ...scoreboard], strikes: 'getInstalls' },
  { argv: ['installs', 'stats', ...scoreboard], strikes: 'listVersions' },
  {
    argv: ['secrets', 'set', 'TOKEN', ...scoreboard],
    strikes: 'setSecret',
    stdin: 'first line\n"second" line',
  },
  { argv: ['secrets', 'list', ...scoreboard], strikes: 'listSecrets' },
  { argv: ['secrets', 'delete', 'API_KEY', ...scoreboard, '--yes'], strikes: 'deleteSecret' },
  {
    argv: ['secrets', 'import', '.env', ...scoreboard, '--prune', '--yes'],
    strikes: 'listSecrets',
  },
  { argv: ['secrets', 'import', '.env', ...scoreboard, '--prune', '--yes'], strikes: 'setSecret' },
  {
    argv: ['secrets', 'import', '.env', ...scoreboard, '--prune', '--yes'],
    strikes: 'deleteSecret',
  },
  { argv: ['api', 'extensions'], strikes: 'listExtensions', isFree: true },
  {
    argv: ['api', `extensions/${exampleId}`, '-X', 'PATCH', '-f', 'name=Renamed'],
    strikes: 'updateExtension',
    isFree: true,
  },
  {
    argv: ['api', `extensions/${draftId}`, '-X', 'DELETE'],
    strikes: 'deleteExtension',
    isFree: true,
  },
  { argv: ['api', 'extensions', '-f', 'name=Clock'], strikes: 'createExtension', isFree: true },
  {
    argv: ['api', `extensions/${exampleId}/versions`, ...versionForm],
    strikes: 'submitVersion',
    isFree: true,
  },
];
