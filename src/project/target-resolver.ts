/** Resolves the extension that a command works on, from everything in the context. */
import type { Context, TargetResolver } from '../cli/context.ts';
import { once } from '../shared/async.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { type KnownExtension, type Target, isNamed, namedTarget, resolveTarget } from './target.ts';

interface TargetResolverDeps extends Pick<
  Context,
  'host' | 'options' | 'prompts' | 'log' | 'client' | 'project' | 'redact'
> {
  /** Receives each resolved target, so that errors can explain where its ID comes from. */
  readonly targets: Map<string, Target>;
}

/** Reads each source only when it is needed. */
export function createTargetResolver({
  host,
  options,
  prompts,
  log,
  client,
  project,
  targets,
  redact,
}: TargetResolverDeps): TargetResolver {
  const listExtensions = once(
    async (): Promise<readonly KnownExtension[]> =>
      (await (await client()).call('listExtensions')).extensions,
  );
  const choose = once(async () => {
    const extensions = await listExtensions();
    if (extensions.length === 0) return undefined;
    const { extensionChoices } = await import('./choices.ts');
    const missing = { message: 'No extension specified.', hint: 'Specify it with --extension.' };
    const prompter = await prompts.require(missing);
    const choices = extensionChoices(extensions);
    const id = await prompter.select({ message: 'Select an extension:', choices });
    const name = extensions.find((extension) => extension.id === id)?.slug ?? id;
    log.hint(`Run lumio init -e ${shellQuote(name)} to remember this choice.`);
    return id;
  });
  const sourcesOf = async (
    named: Parameters<TargetResolver['resolve']>[0],
    own: Parameters<TargetResolver['resolve']>[1],
  ) => {
    const explicit = typeof named === 'object' ? named : { flag: named, argument: undefined };
    const isExplicit = (explicit.argument ?? explicit.flag) !== undefined;
    const manifest = isExplicit ? undefined : (own ?? (await project()));
    for (const warning of own?.warnings ?? []) log.warn(warning);
    const sources = { ...explicit, env: host.env, manifest, cwd: host.cwd };
    return options.interactive && !isNamed(sources)
      ? { ...sources, chosen: await choose() }
      : sources;
  };
  return {
    resolve: async (named, own) => {
      const target = await resolveTarget({ ...(await sourcesOf(named, own)), listExtensions });
      targets.set(target.id, target);
      for (const name of [target.id, target.slug ?? '']) redact.addName(name);
      return target;
    },
    named: async (flag, own) => namedTarget(await sourcesOf(flag, own)),
  };
}
