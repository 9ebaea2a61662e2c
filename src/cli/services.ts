/** The costly members of a context: each is imported and created on its first call. */
import type { Credential } from '../auth/credentials.ts';
import type { Store } from '../auth/store.ts';
import type { Client } from '../api/client.ts';
import type { Host } from '../host.ts';
import type { KnownExtension, Target } from '../project/target.ts';
import type { Manifest } from '../project/manifest.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { version } from '../shared/version.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Redact } from '../terminal/redact.ts';
import type { TerminalInfo } from '../terminal/detect.ts';
import type { Credentials, ExtensionArgument, OwnedContext, TargetResolver } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Logger } from './logger.ts';
import type { Prompts } from './prompts.ts';

interface ServiceDeps {
  readonly host: Host;
  readonly options: GlobalOptions;
  readonly redact: Redact;
  readonly prompts: Prompts;
  readonly log: Logger;
  onProgress(progress: Progress): void;
}

type Services = Pick<
  OwnedContext,
  'terminal' | 'progress' | 'github' | 'credentials' | 'client' | 'project' | 'target' | 'explain'
>;

/** @param closers receives what the context closes, in order of creation */
export function createServices(deps: ServiceDeps, closers: (() => Promise<void>)[]): Services {
  const { host, options, redact, log } = deps;
  const terminal = async (stream: 'stdout' | 'stderr'): Promise<TerminalInfo> => {
    await log.flush();
    const { detectTerminal } = await import('../terminal/detect.ts');
    return detectTerminal({
      env: host.env,
      platform: host.platform,
      stream: host[stream],
      noColor: options.noColor,
      nowMs: host.clock.now(),
      redact,
    });
  };
  const progress = once(async () => {
    const { createProgress } = await import('../terminal/progress.ts');
    const created = await createProgress({
      host,
      surface: await terminal('stderr'),
      quiet: options.quiet || options.json,
    });
    deps.onProgress(created);
    return created;
  });
  const github = once(async () => {
    if (host.env['GITHUB_ACTIONS'] !== 'true') return undefined;
    const { createGitHubActions } = await import('../github-actions/index.ts');
    return createGitHubActions({ host, redact });
  });
  const { credentials, explainKey } = createCredentials(deps, github);
  const clientFor = async (apiKey: string): Promise<Client> => {
    await (await github())?.maskKey(apiKey);
    const client = await connect(deps, { apiKey, progress });
    closers.push(() => client.close());
    return client;
  };
  const activeClient = once(async () => clientFor((await credentials.active()).key));
  const client = async (apiKey?: string): Promise<Client> =>
    apiKey === undefined ? activeClient() : clientFor(apiKey);
  const project = once(async () => {
    const { findManifest } = await import('../project/manifest.ts');
    return findManifest(host.cwd);
  });
  const { target, explainTarget } = createTargetResolver(deps, { client, project });
  const explain = async (thrown: unknown): Promise<unknown> =>
    explainTarget(await explainKey(thrown));
  return { terminal, progress, github, credentials, client, project, target, explain };
}

function createCredentials(
  { host, options, redact, log }: ServiceDeps,
  github: OwnedContext['github'],
): { credentials: Credentials; explainKey(thrown: unknown): Promise<unknown> } {
  let active: Credential | undefined;
  const store = once(async () => (await import('../auth/store.ts')).openStore(host));
  const find = once(async () => {
    const found = await findCredential(host, options, store);
    active = found;
    redact.addSecret(found.key);
    await (await github())?.maskKey(found.key);
    const { checkKeyForm } = await import('../auth/credentials.ts');
    checkKeyForm(found.key, found.label);
    if (found.source !== 'profile' && options.explicit.includes('profile'))
      log.note(`Note: ${found.label} is set and beats --profile ${options.profile}.`);
    return found;
  });
  return {
    credentials: { active: find, store },
    explainKey: async (thrown) =>
      active === undefined
        ? thrown
        : (await import('../auth/credentials.ts')).withKeySource(thrown, active),
  };
}

function createTargetResolver(
  { host, options, prompts, log }: ServiceDeps,
  { client, project }: Pick<OwnedContext, 'client' | 'project'>,
): { target: TargetResolver; explainTarget(thrown: unknown): Promise<unknown> } {
  let last: Target | undefined;
  const listExtensions = once(
    async (): Promise<readonly KnownExtension[]> =>
      (await (await client()).listExtensions()).extensions,
  );
  const choose = once(async () => {
    const { chooseExtension } = await import('../project/choices.ts');
    return chooseExtension(
      await listExtensions(),
      () =>
        prompts.require({ message: 'No extension is named.', hint: 'Name it with --extension.' }),
      (name) => log.hint(`lumio init -e ${shellQuote(name)} remembers this choice.`),
    );
  });
  const sources = async (
    named: string | undefined | ExtensionArgument,
    own: Manifest | undefined,
  ) => {
    const given = typeof named === 'object' ? named : { flag: named, argument: undefined };
    const isWritten = (given.argument ?? given.flag) !== undefined;
    const found = {
      ...given,
      env: host.env,
      manifest: isWritten ? undefined : (own ?? (await project())),
    };
    const { isNamed } = await import('../project/target.ts');
    return options.interactive && !isNamed(found) ? { ...found, chosen: await choose() } : found;
  };
  const resolve: TargetResolver['resolve'] = async (named, own) => {
    const { resolveTarget } = await import('../project/target.ts');
    last = await resolveTarget({ ...(await sources(named, own)), listExtensions });
    return last;
  };
  return {
    target: {
      resolve,
      named: async (flag, own) =>
        (await import('../project/target.ts')).namedTarget(await sources(flag, own)),
    },
    explainTarget: async (thrown) =>
      last === undefined
        ? thrown
        : (await import('../project/follow-up.ts')).explainNotFound(thrown, last, host.cwd),
  };
}

async function findCredential(
  host: Host,
  options: GlobalOptions,
  store: () => Promise<Store>,
): Promise<Credential> {
  const [{ checkStoredFor, noKeyError, resolveCredential }, { shownApiUrl }] = await Promise.all([
    import('../auth/credentials.ts'),
    import('../api/api-url.ts'),
  ]);
  const { profile } = options;
  const fromEnvironment = resolveCredential({ env: host.env, profile });
  if (fromEnvironment !== undefined) return fromEnvironment;
  const stored = await (await store()).get(profile);
  const found = resolveCredential({ env: host.env, profile, stored: stored?.apiKey });
  if (found === undefined) throw noKeyError(profile);
  checkStoredFor(stored?.apiUrl, shownApiUrl(options.apiUrl), found.label);
  return found;
}

async function connect(
  { host, options, redact }: ServiceDeps,
  { apiKey, progress }: { apiKey: string; progress: () => Promise<Progress> },
): Promise<Client> {
  const [{ createClient }, { isRealApi, parseApiUrl }, { checkNoSandboxKey }] = await Promise.all([
    import('../api/client.ts'),
    import('../api/api-url.ts'),
    import('../auth/credentials.ts'),
  ]);
  if (isRealApi(options.apiUrl)) checkNoSandboxKey(apiKey);
  const trace = (line: string): void => {
    void host.stderr.write(redact.sentence(`${line}\n`));
  };
  return createClient({
    baseUrl: parseApiUrl(options.apiUrl),
    apiKey,
    userAgent: `lumio/${version} node/${host.nodeVersion} ${host.platform}`,
    timeoutMs: options.timeoutMs,
    maxWaitMs: options.maxWaitMs,
    env: host.env,
    clock: host.clock,
    signal: host.signal,
    pause: async ({ ms, reason }) => (await progress()).countdown(ms, reason, host.signal),
    addSecret: redact.addSecret,
    ...(options.verbose ? { trace } : {}),
  });
}

/** Calls `create` once, on the first call. */
function once<Value>(create: () => Promise<Value>): () => Promise<Value> {
  let created: Promise<Value> | undefined;
  return () => (created ??= create());
}
