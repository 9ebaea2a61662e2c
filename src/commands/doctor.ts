import { defineCommand, flag, result } from '../cli/command.ts';
import { formatCount, formatDuration } from '../shared/quantities.ts';
import type { Check } from '../doctor/check.ts';
import type { Diagnosis } from '../doctor/doctor.ts';
import {
  type Block,
  type Mark,
  type View,
  none,
  statusLine,
  optional,
  strong,
  table,
  detail,
  nextCommand,
} from '../terminal/view.ts';
import { extensionOption } from './shared-options.ts';

const marks: Readonly<Record<Check['status'], Mark>> = {
  ok: 'done',
  warning: 'warning',
  failed: 'failed',
  skipped: 'info',
};

/** Labels for the names in the JSON document. */
const labels: Readonly<Record<string, string>> = {
  node: 'Node.js',
  config: 'Project',
  key: 'API key',
  'key-accepted': 'Account',
  proxy: 'Proxy',
  dns: 'DNS',
  connection: 'Connection',
  api: 'API',
  clock: 'Clock',
  extension: 'Extension',
  version: 'Version',
  dist: 'Built directory',
  updates: 'Updates',
  'api-url': 'API',
  profile: 'Profile',
  'timeout-ms': 'Timeout',
  'max-wait-ms': 'Maximum wait',
};

export const doctor = defineCommand({
  path: ['doctor'],
  summary: 'Find problems with the setup',
  details:
    'Checks Node.js, the project files, the API key, the proxy, DNS, TLS, the API, the ' +
    'clock, the extension and the built directory. Sends one request and changes nothing. ' +
    'The exit code is 0, or that of the first failed check.',
  args: {},
  options: {
    extension: extensionOption,
    checkUpdates: flag('--check-updates', 'Check npm for a newer version of lumio'),
  },
  examples: {
    'lumio doctor': 'Check everything',
    'lumio doctor --check-updates': 'Also check for a newer version',
    'lumio doctor --json': 'Print a report to attach to a bug (contains no key)',
  },
  errors: ['auth', 'not_found', 'refused'],
  async run(_args, options, ctx) {
    const [{ createContext }, { diagnose }] = await Promise.all([
      import('../cli/create-context.ts'),
      import('../doctor/doctor.ts'),
    ]);
    const checking = (await ctx.progress()).step('Checking');
    // Retries would only hide problems, and warnings are separate checks.
    const once = createContext(
      ctx.host,
      { ...ctx.options, maxWaitMs: 0, interactive: false, quiet: true },
      ctx.redact,
    );
    try {
      const diagnosis = await diagnose(options, {
        ...once,
        globals: { ...once.options, maxWaitMs: ctx.options.maxWaitMs },
      });
      return result(
        documentOf(diagnosis),
        () => (ctx.host.stdout.isTerminal ? show(diagnosis, ctx.log.displayPath) : rows(diagnosis)),
        { exitCode: diagnosis.exitCode },
      );
    } finally {
      checking.close();
      await once.close();
    }
  },
});

function documentOf({
  exitCode: _exitCode,
  ...diagnosis
}: Diagnosis): Omit<Diagnosis, 'exitCode' | 'checks'> & { checks: object[] } {
  const checks = diagnosis.checks.map(({ error, ...check }) =>
    error === undefined ? check : Object.assign(check, { code: error.problem.code }),
  );
  return { ...diagnosis, checks };
}

function show({ settings, checks }: Diagnosis, displayPath: (path: string) => string): View {
  return [
    ...checks.flatMap(linesOf),
    settingsTable(
      settings.map(({ name, value, source }) => ({
        name: labels[name] ?? name,
        value: name.endsWith('-ms') ? formatDuration(Number(value)) : value,
        source: displayPath(source),
      })),
    ),
    conclusion(checks),
  ];
}

function conclusion(checks: readonly Check[]): Block {
  const count = (wanted: Check['status']): number =>
    checks.filter(({ status }) => status === wanted).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  if (failures + warnings === 0) return statusLine('done', 'No problems found.');
  const counts = [
    [failures, 'problem'],
    [warnings, 'warning'],
  ] as const;
  const parts = counts.flatMap(([amount, word]) =>
    amount === 0 ? [] : [formatCount(amount, word)],
  );
  return statusLine(failures > 0 ? 'failed' : 'warning', `${parts.join(', ')} found.`);
}

function linesOf({ name, status, message, hint, next }: Check): Block[] {
  const label = labels[name] ?? name;
  const word = status === 'ok' ? `${label}:` : `${label} ${status}:`;
  return [
    statusLine(marks[status], strong(word), message),
    ...(hint === undefined ? [] : [detail(hint)]),
    ...(next === undefined ? [] : [nextCommand(next)]),
  ];
}

/** Every row has five cells. */
function rows({ settings, checks }: Diagnosis): View {
  const settingRows = settings.map(({ name, value, source }) => [
    'setting',
    name,
    value,
    source,
    none,
  ]);
  const checkRows = checks.map(({ name, status, message, hint, next }) => [
    status,
    name,
    message,
    optional(hint),
    optional(next),
  ]);
  return [table([], [...checkRows, ...settingRows], 'No checks.')];
}

function settingsTable(settings: Diagnosis['settings']): Block {
  const columns = [
    { label: 'Setting', identifier: true },
    { label: 'Value', flexible: true, wraps: true },
    { label: 'From', flexible: true, wraps: true },
  ] as const;
  return table(
    columns,
    settings.map(({ name, value, source }) => [name, value, source]),
    'No settings.',
  );
}
