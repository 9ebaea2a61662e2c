/** The costly members of a context: each is loaded and made on its first call. */
import type { Asking } from './asking.ts';
import type { Credential } from './account/credentials.ts';
import type { Store } from './account/store.ts';
import type { Client } from './api/client.ts';
import type { Context, Written } from './context.ts';
import type { Globals } from './globals.ts';
import type { Host } from './host.ts';
import type { Manifest } from './project/manifest.ts';
import type { Known, Target } from './project/target.ts';
import { quoted } from './quoted.ts';
import type { Mask } from './ui/mask.ts';
import type { Progress } from './ui/progress.ts';
import type { Surface } from './ui/surface.ts';
import { version } from './version.ts';

/** What the services of a context are made of. */
export interface Parts {
  readonly host: Host;
  readonly globals: Globals;
  readonly mask: Mask;
  readonly asking: Asking;
  hint(text: string): void;
  /** Settles when all remarks are written. */
  said(): Promise<void>;
  note(text: string): void;
  onDrawing(progress: Progress): void;
}

type Services = Pick<
  Context,
  | 'surface'
  | 'progress'
  | 'actions'
  | 'credential'
  | 'store'
  | 'client'
  | 'clientFor'
  | 'manifest'
  | 'namedTarget'
  | 'target'
  | 'located'
>;

/** @param closers is given what the context has to let go of when it closes, last made first */
export function createServices(
  { host, globals, mask, asking, hint, said, note, onDrawing }: Parts,
  closers: (() => Promise<void>)[],
): Services {
  const surface = async (where: 'stdout' | 'stderr'): Promise<Surface> => {
    await said();
    const { surfaceOf } = await import('./ui/surface.ts');
    return surfaceOf({
      env: host.env,
      platform: host.platform,
      sink: host[where],
      noColor: globals.noColor,
      nowMs: host.clock.now(),
      clean: mask.clean,
    });
  };
  const progress = once(async () => {
    const { createProgress } = await import('./ui/progress.ts');
    const made = await createProgress({
      host,
      surface: await surface('stderr'),
      quiet: globals.quiet || globals.json,
    });
    onDrawing(made);
    return made;
  });
  const actions = once(async () => {
    if (host.env['GITHUB_ACTIONS'] !== 'true') return undefined;
    return (await import('./actions/index.ts')).createActions({ host, clean: mask.clean });
  });
  const store = once(async () => (await import('./account/store.ts')).openStore(host));
  const { credential, told } = createKey({ host, globals, mask, note, actions, store });
  const clientFor = async (apiKey: string): Promise<Client> => {
    await (await actions())?.maskKey(apiKey);
    const made = await connect(host, globals, mask, { apiKey, progress });
    closers.push(() => made.close());
    return made;
  };
  const client = once(async () => clientFor((await credential()).key));
  const manifest = once(async () => (await import('./project/manifest.ts')).findManifest(host.cwd));
  const targeting = createTargeting({ host, globals, asking, hint, client, manifest });
  const located = async (thrown: unknown): Promise<unknown> =>
    targeting.located(await told(thrown));
  return {
    surface,
    progress,
    actions,
    credential,
    store,
    client,
    clientFor,
    manifest,
    ...targeting,
    located,
  };
}

type KeyParts = Pick<Parts, 'host' | 'globals' | 'mask' | 'note'> &
  Pick<Context, 'actions' | 'store'>;

/** The key in force, and errors told with where it comes from. */
function createKey({
  host,
  globals,
  mask,
  note,
  actions,
  store,
}: KeyParts): Pick<Context, 'credential'> & { told(thrown: unknown): Promise<unknown> } {
  let inForce: Credential | undefined;
  const credential = once(async () => {
    const found = await findCredential(host, globals, store);
    inForce = found;
    mask.hide(found.key);
    await (await actions())?.maskKey(found.key);
    const { checkKeyForm } = await import('./account/credentials.ts');
    checkKeyForm(found.key, found.label);
    if (found.source !== 'profile' && globals.written.includes('profile'))
      note(`Note: ${found.label} is set and beats --profile ${globals.profile}.`);
    return found;
  });
  return {
    credential,
    told: async (thrown) =>
      inForce === undefined
        ? thrown
        : (await import('./account/credentials.ts')).withKeySource(thrown, inForce),
  };
}

/** Which extension is meant; on a terminal, where nothing names one, the person chooses, once. */
function createTargeting({
  host,
  globals,
  asking,
  hint,
  client,
  manifest,
}: Pick<Parts, 'host' | 'globals' | 'asking' | 'hint'> &
  Pick<Context, 'client' | 'manifest'>): Pick<Context, 'namedTarget' | 'target' | 'located'> {
  let last: Target | undefined;
  const listExtensions = once(
    async (): Promise<readonly Known[]> => (await (await client()).listExtensions()).extensions,
  );
  const choose = once(async () => {
    const { chooseExtension } = await import('./project/choices.ts');
    return chooseExtension(
      await listExtensions(),
      () => asking.ask({ message: 'No extension is named.', hint: 'Name it with --extension.' }),
      (name) => hint(`lumio init -e ${quoted(name)} remembers this choice.`),
    );
  });
  const named = async (given: string | undefined | Written, project: Manifest | undefined) => {
    const written = typeof given === 'object' ? given : { flag: given, argument: undefined };
    const isWritten = (written.argument ?? written.flag) !== undefined;
    const sources = {
      ...written,
      env: host.env,
      manifest: isWritten ? undefined : (project ?? (await manifest())),
    };
    const { isNamed } = await import('./project/target.ts');
    return globals.interactive && !isNamed(sources)
      ? { ...sources, chosen: await choose() }
      : sources;
  };
  return {
    namedTarget: async (flag, project) =>
      (await import('./project/target.ts')).namedTarget(await named(flag, project)),
    target: async (flag, project) =>
      (last = await (
        await import('./project/target.ts')
      ).resolveTarget({ ...(await named(flag, project)), listExtensions })),
    located: async (thrown) =>
      last === undefined
        ? thrown
        : (await import('./project/gone.ts')).withSource(thrown, last, host.cwd),
  };
}

async function findCredential(
  host: Host,
  globals: Globals,
  store: () => Promise<Store>,
): Promise<Credential> {
  const [{ checkStoredFor, noKeyError, resolveCredential }, { shownApiUrl }] = await Promise.all([
    import('./account/credentials.ts'),
    import('./api/api-url.ts'),
  ]);
  const { profile } = globals;
  const fromEnvironment = resolveCredential({ env: host.env, profile });
  if (fromEnvironment !== undefined) return fromEnvironment;
  const stored = await (await store()).get(profile);
  const found = resolveCredential({ env: host.env, profile, stored: stored?.apiKey });
  if (found === undefined) throw noKeyError(profile);
  checkStoredFor(stored?.apiUrl, shownApiUrl(globals.apiUrl), found.label);
  return found;
}

async function connect(
  host: Host,
  globals: Globals,
  mask: Mask,
  with_: { apiKey: string; progress: () => Promise<Progress> },
): Promise<Client> {
  const [{ createClient }, { isRealApi, parseApiUrl }, { checkNoSandboxKey }] = await Promise.all([
    import('./api/client.ts'),
    import('./api/api-url.ts'),
    import('./account/credentials.ts'),
  ]);
  if (isRealApi(globals.apiUrl)) checkNoSandboxKey(with_.apiKey);
  const trace = (line: string): void => {
    void host.stderr.write(mask.cleanRemark(`${line}\n`));
  };
  return createClient({
    baseUrl: parseApiUrl(globals.apiUrl),
    apiKey: with_.apiKey,
    userAgent: `lumio/${version} node/${host.nodeVersion} ${host.platform}`,
    timeoutMs: globals.timeoutMs,
    maxWaitMs: globals.maxWaitMs,
    env: host.env,
    nodeVersion: host.nodeVersion,
    clock: host.clock,
    signal: host.signal,
    pause: async ({ ms, reason }) => (await with_.progress()).countdown(ms, reason, host.signal),
    hide: mask.hide,
    ...(globals.verbose ? { trace } : {}),
  });
}

/** Calls `make` once, at the first call. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
