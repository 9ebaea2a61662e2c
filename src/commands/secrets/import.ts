import { defineCommand, flag, result, string } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import type { ApplyEvents } from '../../secrets/apply-plan.ts';
import type { Planned } from '../../secrets/plan.ts';
import type { SecretReport } from '../../secrets/report.ts';
import { type View, statusLine, table } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const secretsImport = defineCommand({
  path: ['secrets', 'import'],
  summary: 'Set all secrets of a .env file',
  details:
    'The file is read as the dotenv package reads it: KEY=value, export KEY=value, # comments, quotes over several lines, \\n in double quotes as a line break, nothing expanded. ' +
    'All of it is checked before anything is sent; of a key that stands in it twice the last one counts, and that is said.\n' +
    'A key in the file is added, or replaced (no value is ever read back); one that only the server has is kept, or deleted with --prune. When one key fails the rest still goes; the error tells what became of each, and the exit code is that of the first failure.',
  args: { file: string('[file]', 'the file (default: .env); "-" = stdin', { completion: 'file' }) },
  options: {
    extension: extensionOption,
    prune: flag('--prune', 'delete the secrets that the file lacks; asks, or --yes'),
    dryRun: flag('--dry-run', 'show what would be done, change nothing'),
    allowEmpty: flag('--allow-empty', 'empty values are meant'),
  },
  examples: [
    { command: 'lumio secrets import --dry-run', text: 'What .env would change' },
    {
      command: 'lumio secrets import .env.production --prune --yes',
      text: 'Exactly what the file holds, without being asked',
    },
  ],
  errors: ['auth', 'not_found', 'refused', 'rejected', 'confirmation'],
  json: '{"secrets": [{"key", "action": "add" | "replace" | "keep" | "delete", "outcome": "done" | "failed" | "planned", "error"?: {"code", "message", "status"}}], "overridden": [{"key", "line", "byLine"}], "extension": {"id"}}; when a key failed, "secrets" and "extension" stand beside "error" on stderr',
  async run(args, options, ctx) {
    const { applyPlan, importOutcome, planImport, readAssignments } =
      await import('../../secrets/index.ts');
    const { assignments, overridden } = await readAssignments(
      args.file ?? '.env',
      ctx.host,
      options.allowEmpty ? 'accept' : 'refuse',
    );
    for (const { value } of assignments) if (!ownWords.has(value)) ctx.redact.addSecret(value);
    for (const { key, line, byLine } of overridden)
      ctx.log.note(`Note: ${key} of line ${line} is overridden by line ${byLine}.`);
    const target = await ctx.target.resolve(options.extension);
    ctx.log.target(target);
    const client = await ctx.client();
    const plan = planImport(
      assignments,
      (await client.listSecrets(target.id)).keys,
      options.prune ? 'delete' : 'keep',
    );
    const extension = { id: target.id };
    if (options.dryRun) {
      const planned = plan.map(({ key, action }): SecretReport => ({
        key,
        action,
        outcome: 'planned',
      }));
      return result({ secrets: planned, overridden, extension }, ({ secrets }) =>
        showSecrets(secrets),
      );
    }
    await confirmDeletions(plan, target.slug ?? target.id, ctx);
    const steps = await tell(ctx, (events) =>
      applyPlan(plan, { client, extensionId: target.id }, events),
    );
    return result(
      { secrets: importOutcome(steps, extension), overridden, extension },
      ({ secrets }) => [
        ...showSecrets(secrets),
        ...(ctx.host.stdout.isTerminal ? [statusLine('done', sumOf(secrets))] : []),
      ],
    );
  },
});

/** Words of the report itself: a secret that is one of them is none, and masking it would garble the report. */
const ownWords: ReadonlySet<string> = new Set([
  'add',
  'replace',
  'keep',
  'delete',
  'done',
  'failed',
  'planned',
]);

function showSecrets(secrets: readonly SecretReport[]): View {
  const columns = [
    { label: 'Key', flexible: true },
    { label: 'Action' },
    { label: 'Outcome' },
  ] as const;
  return [
    table(
      columns,
      secrets.map(({ key, action, outcome }) => [key, action, outcome]),
      'No secrets.',
    ),
  ];
}

/** Such as `Set 6 secrets (5 new, 1 replaced), kept 10.` */
function sumOf(secrets: readonly SecretReport[]): string {
  const count = (action: SecretReport['action']): number =>
    secrets.filter((secret) => secret.action === action).length;
  const [added, replaced, kept, deleted] = [
    count('add'),
    count('replace'),
    count('keep'),
    count('delete'),
  ];
  const set = added + replaced;
  const parts = [
    `Set ${set} ${set === 1 ? 'secret' : 'secrets'} (${added} new, ${replaced} replaced)`,
    ...(kept > 0 ? [`kept ${kept}`] : []),
    ...(deleted > 0 ? [`deleted ${deleted}`] : []),
  ];
  return `${parts.join(', ')}.`;
}

async function confirmDeletions(
  plan: readonly Planned[],
  name: string,
  ctx: Context,
): Promise<void> {
  const keys = plan.filter(({ action }) => action === 'delete').map(({ key }) => key);
  if (keys.length === 0 || ctx.options.yes) return;
  const what = `${keys.length === 1 ? 'the secret' : `${keys.length} secrets`} ${keys.join(', ')} of ${name}`;
  const prompter = await ctx.prompts.requireConfirmation(
    `--prune deletes ${what}, which can't be undone.`,
  );
  if (await prompter.confirm({ message: `Delete ${what}?`, initial: false })) return;
  throw new LumioError('confirmation', {
    code: 'not_confirmed',
    message: 'Not confirmed. Nothing was changed.',
  });
}

/** Says on stderr which key is under way, and at once which one failed. */
async function tell<Done>(
  ctx: Context,
  doing: (events: ApplyEvents) => Promise<Done>,
): Promise<Done> {
  const progress = await ctx.progress();
  const step = progress.step('Importing secrets');
  const done = await doing({
    onStep: ({ key, action }) => step.update(`Importing secrets: ${action} ${key}`),
    onFailed: ({ key }, error) => progress.warn(`${key}: ${error.message}`),
  });
  step.close();
  return done;
}
