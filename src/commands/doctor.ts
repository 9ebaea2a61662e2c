import { defineCommand, result } from '../cli/command.ts';
import { version } from '../shared/version.ts';
import type { Check, Diagnosis } from '../doctor/index.ts';
import {
  type Block,
  type Mark,
  type View,
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

export const doctor = defineCommand({
  path: ['doctor'],
  summary: 'Check what works and what does not, from here to the API',
  details:
    'Looks at Node, the files of this folder, the key, proxy, DNS, TLS, the API, the clock, the extension and the built folder. Sends one request and changes nothing. Ends with 0 when nothing failed, else with the exit code of the first failure.',
  args: {},
  options: { extension: extensionOption },
  examples: [
    { command: 'lumio doctor', text: 'When something does not work' },
    { command: 'lumio doctor --json', text: 'To paste into a report; it holds no key' },
  ],
  errors: ['auth', 'not_found', 'refused'],
  json: '{"lumio", "node", "platform", "settings": [{"name", "value", "source"}], "checks": [{"name", "status": "ok" | "warning" | "failed" | "skipped", "message", "hint"?, "next"?, "code"?}]}',
  async run(_args, options, ctx) {
    const [{ createContext }, { diagnose }] = await Promise.all([
      import('../cli/context.ts'),
      import('../doctor/index.ts'),
    ]);
    // A second try would only hide what is to be found.
    const once = createContext(
      ctx.host,
      { ...ctx.options, maxWaitMs: 0, interactive: false },
      ctx.redact,
    );
    try {
      const diagnosis = await diagnose(options.extension, {
        host: ctx.host,
        globals: { ...once.options, maxWaitMs: ctx.options.maxWaitMs },
        version,
        manifest: once.project,
        credential: once.credentials.active,
        clientFor: once.client,
      });
      return result(
        documentOf(diagnosis),
        () => (ctx.host.stdout.isTerminal ? show(diagnosis, ctx.log.displayPath) : rows(diagnosis)),
        { exitCode: diagnosis.exitCode },
      );
    } finally {
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

/** @param nearby shortens a path as people would write it */
function show({ settings, checks }: Diagnosis, nearby: (path: string) => string): View {
  return [
    ...checks.flatMap(linesOf),
    settingsTable(
      settings.map(({ source, ...setting }) => ({ ...setting, source: nearby(source) })),
    ),
  ];
}

function linesOf({ name, status, message, hint, next }: Check): Block[] {
  const word = status === 'ok' ? `${name}:` : `${name} ${status}:`;
  return [
    statusLine(marks[status], strong(word), message),
    ...(hint === undefined ? [] : [detail(hint)]),
    ...(next === undefined ? [] : [nextCommand(next)]),
  ];
}

/** For programs: a row for each check, then one for each setting. */
function rows({ settings, checks }: Diagnosis): View {
  const ofChecks = checks.map(({ name, status, message, hint, next }) => [
    status,
    name,
    message,
    optional(hint),
    optional(next),
  ]);
  return [table([], ofChecks, 'No checks.'), settingsTable(settings)];
}

function settingsTable(settings: Diagnosis['settings']): Block {
  const columns = [
    { label: 'Setting' },
    { label: 'Value', flexible: true, folds: true },
    { label: 'From', flexible: true, folds: true },
  ] as const;
  return table(
    columns,
    settings.map(({ name, value, source }) => [name, value, source]),
    'No settings.',
  );
}
