/** Which way imports go: the table that imports.test.ts holds the sources against, and that ARCHITECTURE.md shows. */

export interface Rule {
  readonly at: readonly string[];
  readonly lazily?: readonly string[];
}

const leaves = ['errors', 'host', 'quoted'];
/** room → rooms that it may load at once, and those that it may load on first use. */
export const allowed: Readonly<Record<string, Rule>> = {
  main: { at: ['cache-folder', 'compiled', 'run', 'sleep', 'sink', ...leaves], lazily: ['ui'] },
  sink: { at: leaves },
  'cache-folder': { at: leaves },
  compiled: { at: [] },
  run: {
    at: ['command-line', 'context', 'globals', 'command', 'print', 'version', 'ui', ...leaves],
    lazily: ['ui', 'missing', 'report'],
  },
  print: { at: ['ui', ...leaves], lazily: ['ui'] },
  report: { at: leaves, lazily: ['actions', 'ui'] },
  remarks: { at: ['ui', ...leaves], lazily: ['report', 'ui'] },
  actions: { at: leaves },
  missing: { at: ['command', 'project', ...leaves] },
  asking: { at: leaves },
  'command-line': { at: [], lazily: ['help', 'program'] },
  program: { at: ['commands', 'command', 'globals', 'help', 'usage-error', ...leaves] },
  'usage-error': { at: ['commands', ...leaves] },
  help: { at: ['commands', 'command', 'globals'] },
  globals: { at: ['command', 'api', ...leaves] },
  command: { at: ['input', ...leaves] },
  context: {
    at: [
      'asking',
      'command',
      'globals',
      'remarks',
      'rooms',
      'services',
      'stdin',
      'version',
      ...leaves,
    ],
  },
  services: { at: ['version', ...leaves], lazily: ['actions', 'api', 'project', 'account', 'ui'] },
  stdin: { at: leaves },
  rooms: {
    at: [],
    lazily: [
      'api',
      'account',
      'child-process',
      'input',
      'deploy',
      'doctor',
      'link',
      'guide',
      'completion',
      'secrets',
      'sandbox',
      'ui',
    ],
  },
  'child-process': { at: leaves },
  commands: { at: ['command', 'ui', ...leaves] },
  deploy: { at: ['api', 'bundle', 'project', 'input', ...leaves] },
  doctor: { at: ['account', 'api', 'globals', 'project', ...leaves] },
  completion: {
    at: ['api', 'cache-folder', 'commands', 'command', 'globals', 'project', ...leaves],
  },
  guide: { at: ['commands', 'command', 'globals', 'help', 'project', ...leaves] },
  link: { at: ['api', 'project', ...leaves] },
  secrets: { at: ['project', 'input', ...leaves] },
  sandbox: { at: ['api', 'bundle', ...leaves] },
  // The library: its entry loads nothing, the first call loads the API's client, the first deploy the rest.
  client: { at: ['sleep', 'version', 'api', 'deploy', 'project', ...leaves], lazily: ['account'] },
  sleep: { at: [] },
  api: { at: leaves },
  bundle: { at: leaves },
  project: { at: ['input', ...leaves] },
  account: { at: leaves },
  input: { at: leaves },
  ui: { at: leaves },
  errors: { at: [] },
  quoted: { at: [] },
  host: { at: [] },
  version: { at: [] },
};
/** Rooms that others may load at once only for the named files: small and pure. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  'globals → api': ['api/base-url.ts'],
  'client → api': ['api/base-url.ts'],
  'command → input': ['input/duration.ts'],
  'commands → ui': ['ui/format.ts', 'ui/quantity.ts', 'ui/record.ts'],
  'run → ui': ['ui/mask.ts'],
  'print → ui': ['ui/printable.ts'],
  'remarks → ui': ['ui/printable.ts'],
  'completion → api': ['api/api-url.ts', 'api/proxy.ts'],
  'guide → project': ['project/similar.ts'],
  'missing → project': ['project/choices.ts'],
  'sandbox → api': ['api/contract.ts', 'api/schemas.ts', 'api/openapi.ts'],
};
