/**
 * For each command: how it succeeds, how it fails, what it prompts for. The tests that walk the
 * command tree run all of it; a command without a row fails them.
 */
import type { EndpointName } from '../../src/api/contract.ts';
import { type HostOptions, interruption } from '../support/host.ts';
import type { ScriptedAnswer } from '../support/prompter.ts';
import { sandboxKey } from '../support/sandbox.ts';

export interface Scenario {
  /** The arguments of the command. */
  readonly path: string;
  /**
   * Arguments that succeed in a project linked to the sandbox's example, beside a draft
   * `old-draft`.
   */
  readonly words?: readonly string[];
  readonly stdin?: string;
  /**
   * Endpoints at which test/faults injects faults into these arguments. Other arguments are in
   * test/faults/commands.ts.
   */
  readonly endpoints?: readonly EndpointName[];
  /** Top-level keys of its document, if it has one. */
  readonly keys?: readonly string[];
  /**
   * Whether these arguments send requests (an ID as target sends none). Without a key, the command
   * then exits with 4 before the first one. `reports`: a missing key is among its findings.
   */
  readonly needsKey: boolean | 'reports';
  /** Arguments that make it fail with the sandbox's key, and the failure. */
  readonly failure: {
    readonly words: readonly string[];
    readonly stdin?: string;
    readonly exitCode: number;
    readonly code: string;
  };
  /** Arguments that prompt in a terminal, the input, and the error when prompts are disabled. */
  readonly asks?: {
    readonly words: readonly string[];
    readonly answers: readonly ScriptedAnswer[];
    readonly code: string;
  };
  /** It only ends when it is stopped. */
  readonly goesOn?: true;
  /** Stores something in the home directory. */
  readonly needsHome?: true;
  /** Prints an empty list, which is nothing in a pipe. */
  readonly isEmpty?: true;
  /** Prints the server's response unchanged in a pipe. */
  readonly verbatim?: true;
}

export const scenarios: readonly Scenario[] = [
  {
    path: 'login',
    words: ['--with-token'],
    stdin: sandboxKey,
    keys: ['profile', 'key', 'apiUrl', 'stored', 'path'],
    needsKey: false,
    needsHome: true,
    failure: {
      words: ['--with-token'],
      stdin: 'lm_dev_wrong_wrong_wrong',
      exitCode: 4,
      code: 'unauthorized',
    },
    asks: {
      words: [],
      answers: [{ kind: 'secret', answer: sandboxKey }],
      code: 'missing_input',
    },
  },
  {
    path: 'logout',
    keys: ['profile', 'deleted'],
    needsKey: false,
    failure: { words: ['--profile', '../x'], exitCode: 2, code: 'invalid_profile' },
  },
  {
    path: 'whoami',
    endpoints: ['listExtensions'],
    keys: ['key', 'source', 'hides', 'profile', 'apiUrl', 'extensionCount'],
    needsKey: true,
    failure: { words: ['--api-url', 'http://example.com'], exitCode: 2, code: 'invalid_api_url' },
  },
  {
    path: 'profiles list',
    keys: ['profiles'],
    isEmpty: true,
    needsKey: false,
    failure: { words: ['--no-such'], exitCode: 2, code: 'unknown_option' },
  },
  {
    path: 'init',
    words: ['-e', 'my-scoreboard'],
    keys: ['outcome', 'created', 'extension', 'path', 'previousId'],
    needsKey: true,
    failure: { words: ['-e', 'missing'], exitCode: 5, code: 'extension_not_found' },
    asks: {
      words: ['-e', 'old-draft'],
      answers: [{ kind: 'confirm', to: 'old-draft', answer: true }],
      code: 'confirmation_required',
    },
  },
  {
    path: 'status',
    endpoints: ['getExtension'],
    keys: [
      'extension',
      'live',
      'review',
      'rejected',
      'installs',
      'secrets',
      'dashboard',
      'next',
      'failures',
    ],
    needsKey: true,
    failure: { words: ['-e', 'ext_none'], exitCode: 5, code: 'extension_not_found' },
  },
  {
    path: 'open',
    words: ['docs'],
    keys: ['page', 'url', 'opened'],
    needsKey: false,
    failure: {
      words: ['dashboard', '--api-url', 'https://api.invalid/v1'],
      exitCode: 2,
      code: 'no_such_page',
    },
  },
  {
    path: 'extensions list',
    endpoints: ['listExtensions'],
    keys: ['extensions'],
    needsKey: true,
    failure: { words: ['extra'], exitCode: 2, code: 'excess_arguments' },
  },
  {
    path: 'extensions get',
    words: ['my-scoreboard'],
    keys: ['extension'],
    needsKey: true,
    failure: { words: ['ext_none'], exitCode: 5, code: 'extension_not_found' },
  },
  {
    path: 'extensions create',
    words: ['--name', 'New One', '--pricing', 'free'],
    keys: ['extension', 'recovered'],
    needsKey: true,
    failure: {
      words: ['--name', 'x', '--pricing', '{"type":"one_time","amount":0,"currency":"EUR"}'],
      exitCode: 7,
      code: 'validation_error',
    },
    asks: {
      words: [],
      answers: [
        { kind: 'text', answer: 'Asked For' },
        { kind: 'text', answer: 'Also asked for' },
      ],
      code: 'missing_input',
    },
  },
  {
    path: 'extensions update',
    words: ['my-scoreboard', '--name', 'Renamed'],
    keys: ['extension'],
    needsKey: true,
    failure: { words: [], exitCode: 2, code: 'nothing_to_update' },
  },
  {
    path: 'extensions delete',
    words: ['old-draft', '--yes'],
    keys: ['extension', 'deleted'],
    needsKey: true,
    failure: { words: ['my-scoreboard', '--yes'], exitCode: 4, code: 'forbidden' },
    asks: {
      words: ['old-draft'],
      answers: [{ kind: 'text', to: 'old-draft', answer: 'old-draft' }],
      code: 'confirmation_required',
    },
  },
  {
    path: 'versions list',
    endpoints: ['listVersions'],
    keys: ['versions'],
    needsKey: true,
    failure: { words: ['-e', 'ext_none'], exitCode: 5, code: 'extension_not_found' },
  },
  {
    path: 'versions get',
    words: ['latest'],
    keys: ['version'],
    needsKey: true,
    failure: { words: ['9.9.9'], exitCode: 5, code: 'version_not_found' },
  },
  {
    path: 'versions wait',
    words: ['1.2.0'],
    keys: ['version'],
    needsKey: true,
    failure: { words: ['9.9.9'], exitCode: 5, code: 'version_not_found' },
  },
  {
    path: 'deploy',
    keys: ['version', 'outcome', 'recovered', 'bundle', 'changelog', 'extension', 'notes'],
    needsKey: true,
    failure: { words: ['-v', '1.2.0'], exitCode: 6, code: 'version_exists' },
  },
  {
    path: 'pack',
    words: ['-o', 'out.tgz'],
    keys: ['path', 'directory', 'version', 'bundle', 'files', 'ignoredCount', 'notes'],
    needsKey: false,
    failure: { words: ['nowhere'], exitCode: 2, code: 'directory_not_found' },
  },
  {
    path: 'installs stats',
    endpoints: ['getInstalls', 'listVersions'],
    keys: ['total', 'active', 'byVersion', 'inactive', 'versions'],
    needsKey: true,
    failure: { words: ['-e', 'missing'], exitCode: 5, code: 'extension_not_found' },
  },
  {
    path: 'secrets set',
    words: ['TOKEN'],
    stdin: 'a value',
    keys: ['key', 'set', 'sizeBytes', 'cutNewline', 'notes', 'extension'],
    needsKey: true,
    failure: { words: ['TOKEN'], stdin: '', exitCode: 2, code: 'empty_secret' },
    asks: {
      words: ['TOKEN'],
      answers: [{ kind: 'secret', answer: 'a value' }],
      code: 'empty_secret',
    },
  },
  {
    path: 'secrets list',
    endpoints: ['listSecrets'],
    keys: ['keys'],
    needsKey: true,
    failure: { words: ['-e', 'ext_none'], exitCode: 5, code: 'extension_not_found' },
  },
  {
    path: 'secrets delete',
    words: ['API_KEY', '--yes'],
    keys: ['key', 'deleted', 'extension'],
    needsKey: true,
    failure: { words: ['NO_SUCH', '--yes'], exitCode: 5, code: 'secret_not_found' },
    asks: {
      words: ['API_KEY'],
      answers: [{ kind: 'confirm', to: 'API_KEY', answer: true }],
      code: 'confirmation_required',
    },
  },
  {
    path: 'secrets import',
    words: ['-'],
    stdin: 'NEW_ONE=some value\n',
    keys: ['secrets', 'overridden', 'notes', 'extension'],
    needsKey: true,
    failure: { words: ['none.env'], exitCode: 2, code: 'no_such_file' },
    asks: {
      words: ['keep.env', '--prune'],
      answers: [{ kind: 'confirm', to: 'WEBHOOK_SECRET', answer: true }],
      code: 'confirmation_required',
    },
  },
  {
    path: 'api',
    words: ['extensions'],
    keys: ['extensions'],
    needsKey: true,
    verbatim: true,
    failure: { words: ['extensions/ext_none'], exitCode: 5, code: 'extension_not_found' },
  },
  {
    path: 'sandbox start',
    words: ['--port', '0'],
    keys: ['url', 'apiKey', 'port'],
    needsKey: false,
    goesOn: true,
    failure: { words: ['--port', '0', '--fault', 'nothing=500'], exitCode: 2, code: 'bad_fault' },
  },
  {
    path: 'sandbox exec',
    words: ['--', process.execPath, '-e', '0'],
    needsKey: false,
    failure: { words: ['--review', 'maybe', '--', 'true'], exitCode: 2, code: 'invalid_option' },
  },
  {
    path: 'doctor',
    keys: ['lumio', 'node', 'platform', 'settings', 'checks'],
    needsKey: 'reports',
    failure: { words: ['extra'], exitCode: 2, code: 'excess_arguments' },
  },
  {
    path: 'completion',
    words: ['bash'],
    keys: ['shell', 'script'],
    needsKey: false,
    failure: { words: ['tcsh'], exitCode: 2, code: 'invalid_option' },
  },
  {
    path: 'commands',
    keys: ['version', 'groups', 'commands', 'options', 'errors', 'exitCodes', 'environment'],
    needsKey: false,
    failure: { words: ['extra'], exitCode: 2, code: 'excess_arguments' },
  },
  {
    path: 'help',
    words: ['exit-codes'],
    keys: ['exitCodes'],
    needsKey: false,
    failure: { words: ['no-such-topic'], exitCode: 2, code: 'unknown_topic' },
  },
];

/** Files of the project that the scenarios run in. */
export const scenarioFiles = { 'keep.env': 'API_KEY=existing\n' } as const;

/** An aborted signal, for commands that run until they are stopped. */
export function stopped(scenario: Scenario): Pick<HostOptions, 'signal'> {
  return scenario.goesOn === true ? { signal: AbortSignal.abort(interruption()) } : {};
}
