import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand, file, flag, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';
import type {
  ImportEvents,
  ImportResult,
  PlannedSecret,
  SecretReport,
} from '../secrets/apply-import.ts';
import type { SecretsFile } from '../secrets/secrets-file.ts';
import { targetLabel } from '../project/target.ts';
import { formatCount } from '../shared/quantities.ts';
import { bytes, none, summary, table, type View } from '../terminal/view.ts';
import { extensionOption } from './shared-options.ts';

export const secretsImport = defineCommand({
  path: ['secrets', 'import'],
  summary: 'Set secrets from a .env file',
  details:
    'Reads the file like the dotenv package: KEY=value, export KEY=value, # comments, ' +
    'quoted values with several lines, and \\n in double quotes as a line break. ' +
    "Variables aren't expanded. Checks the whole file before it sends anything.\n" +
    'A secret that is only on the server is kept, or deleted with --prune. If one secret ' +
    'fails, the others are still set, nothing is deleted, and the exit code is that of ' +
    'the first failure.',
  args: { file: file('[file]', 'The file; "-" for stdin (default in a terminal: .env)') },
  options: {
    extension: extensionOption,
    prune: flag(
      '--prune',
      "Delete secrets that aren't in the file, after everything else has succeeded",
    ),
    dryRun: flag('--dry-run', 'Show the changes without making them'),
    allowEmpty: flag('--allow-empty', 'Allow empty values'),
  },
  examples: {
    'lumio secrets import .env --dry-run': 'Show what would change',
    'lumio secrets import .env.production --prune --yes':
      'Make the secrets match the file, without a prompt',
  },
  errors: ['auth', 'not_found', 'refused', 'rejected', 'confirmation'],
  async run(args, options, ctx) {
    const [
      { applyImport, checkDeletions, planImport, reportImport, reportSecret },
      { readSecretsFile },
    ] = await Promise.all([
      import('../secrets/apply-import.ts'),
      import('../secrets/secrets-file.ts'),
    ]);
    const file = await readSecretsFile(fileArgument(args.file, ctx), ctx.host, options);
    for (const { key, value } of file.assignments) {
      ctx.redact.addName(key);
      ctx.redact.addSecret(value);
    }
    for (const note of notesOn(file)) ctx.log.note(note);
    const target = await ctx.target.resolve(options.extension);
    ctx.log.target(target);
    const client = await ctx.client();
    const { keys } = await client.call('listSecrets', { id: target.id });
    const plan = planImport(file.assignments, keys, options.prune ? 'delete' : 'keep');
    checkDeletions(plan, targetLabel(target));
    const extension = { id: target.id };
    const { overridden, notes } = file;
    if (options.dryRun) {
      const secrets = plan.map((secret) => reportSecret(secret));
      return result({ secrets, overridden, notes, extension }, (): View => [
        secretsTable(secrets),
        summary('info', summarize(secrets, true)),
      ]);
    }
    await confirmDeletions(plan, targetLabel(target), ctx);
    const results = await withProgress(ctx, (events) =>
      applyImport(plan, { client, extensionId: target.id, ignoresMissing: true }, events),
    );
    const secrets = reportImport(results, extension);
    return result({ secrets, overridden, notes, extension }, (): View => [
      secretsTable(secrets),
      summary('done', summarize(secrets)),
    ]);
  },
});

/** A pipe without "-" may be a mistake, and the .env file in the directory may be the wrong one. */
function fileArgument(file: string | undefined, ctx: Context): string {
  if (file !== undefined) return file;
  const { isTerminal } = ctx.host.stdin;
  if (isTerminal && existsSync(join(ctx.host.cwd, '.env'))) return '.env';
  throw new LumioError('usage', {
    code: 'missing_input',
    message: isTerminal
      ? 'No file specified, and this directory has no .env file.'
      : "No file specified, and stdin isn't a terminal.",
    hint: 'Specify the file, or "-" to read stdin.',
    ...(isTerminal ? {} : { next: 'lumio secrets import .env' }),
  });
}

function notesOn({ overridden, notes }: SecretsFile): string[] {
  const reasons = {
    hash: 'the value ends before "#", which starts a comment. Quote the value to include it.',
    quote: 'the value starts with a quote that is never closed, and includes the quote.',
  };
  return [
    ...overridden.map(
      ({ key, line, byLine }) => `Note: ${key} on line ${line} is overridden by line ${byLine}.`,
    ),
    ...notes.map(({ line, reason }) => `Note: line ${line}: ${reasons[reason]}`),
  ];
}

function secretsTable(secrets: readonly SecretReport[]): View[number] {
  return table(
    [
      { label: 'Name', identifier: true },
      { label: 'Action' },
      { label: 'Outcome' },
      { label: 'Size', align: 'right', optional: true },
    ],
    secrets.map(({ key, action, outcome, sizeBytes }) => [
      key,
      action,
      outcome,
      sizeBytes === null ? none : bytes(sizeBytes),
    ]),
    'No secrets.',
  );
}

/** Such as `Set 6 secrets (5 new, 1 replaced), kept 10.` */
function summarize(secrets: readonly SecretReport[], isDryRun = false): string {
  const count = (wanted: SecretReport['action']): number =>
    secrets.filter(({ action }) => action === wanted).length;
  const [added, replaced] = [count('add'), count('replace')];
  const parts = [
    `${isDryRun ? 'Would set' : 'Set'} ${formatCount(added + replaced, 'secret')} ` +
      `(${added} new, ${replaced} replaced)`,
    count('keep') > 0 && `${isDryRun ? 'keep' : 'kept'} ${count('keep')}`,
    count('delete') > 0 && `${isDryRun ? 'delete' : 'deleted'} ${count('delete')}`,
  ];
  const counts = parts.filter((part) => part !== false).join(', ');
  return `${counts}.${isDryRun ? ' Nothing was changed.' : ''}`;
}

async function confirmDeletions(
  plan: readonly PlannedSecret[],
  extension: string,
  ctx: Context,
): Promise<void> {
  const keys = plan.filter(({ action }) => action === 'delete').map(({ key }) => key);
  if (keys.length === 0) return;
  const names = keys.join(', ');
  const secrets = keys.length === 1 ? `the secret ${names}` : `${keys.length} secrets (${names})`;
  const what = `${secrets} of ${extension}`;
  await ctx.prompts.confirm({
    consequence: `--prune deletes ${what}.`,
    question: `Delete ${what}?`,
    declined: 'Nothing was changed.',
  });
}

async function withProgress(
  ctx: Context,
  apply: (events: ImportEvents) => Promise<ImportResult[]>,
): Promise<ImportResult[]> {
  const progress = await ctx.progress();
  const step = progress.step('Importing secrets');
  const results = await apply({
    onStart: ({ key, action }) => step.update(`Importing secrets: ${action} ${key}`),
    onFailed: ({ key }, error) => progress.warn(`${key}: ${error.message}`),
  });
  step.close();
  return results;
}
