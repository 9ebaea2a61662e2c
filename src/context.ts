/** What a command can reach: cheap members at once, costly ones made on the first call. */
import { type Asking, createAsking } from './asking.ts';
import type { Credential } from './account/credentials.ts';
import type { Store } from './account/store.ts';
import type { Client } from './api/client.ts';
import type { Globals } from './globals.ts';
import type { Host } from './host.ts';
import type { Manifest } from './project/manifest.ts';
import type { Known, NamedTarget, Target } from './project/target.ts';
import { type Rooms, rooms } from './rooms.ts';
import type { Mask } from './ui/mask.ts';
import { printable } from './ui/printable.ts';
import type { Progress } from './ui/progress.ts';
import type { Surface } from './ui/surface.ts';
import { version } from './version.ts';

export interface Context extends Asking {
  readonly host: Host;
  readonly globals: Globals;
  readonly mask: Mask;
  /** Version of lumio. */
  readonly version: string;
  /** A remark along the way, on stderr; nothing with --quiet, nor with --json, where an error document has stderr for itself. */
  note(text: string): void;
  /** What to do next: on stderr of a terminal only; nothing with --quiet or --json. */
  hint(text: string): void;
  /** What output may look like there. */
  surface(where: 'stdout' | 'stderr'): Promise<Surface>;
  progress(): Promise<Progress>;
  /** The key in force. @throws LumioError auth when there is none */
  credential(): Promise<Credential>;
  store(): Promise<Store>;
  client(): Promise<Client>;
  /** A client for another key or API than those in force, as login needs it. */
  clientFor(apiKey: string): Promise<Client>;
  /** The same context under other options of every command. It has to be closed on its own. */
  under(changes: Partial<Globals>): Context;
  /** The nearest lumio.config.json upwards. */
  manifest(): Promise<Manifest | undefined>;
  /** Says which extension is written to, and why that one. */
  announce(target: Target): void;
  /** The extension that is meant, from -e, LUMIO_EXTENSION or lumio.config.json. */
  target(flag: string | undefined): Promise<Target>;
  /** The same without a look-up: what was written, and where. */
  namedTarget(flag: string | undefined): Promise<NamedTarget>;
  readonly rooms: Rooms;
  /** Lets go of connections and of what is drawn on the terminal. */
  close(): Promise<void>;
}

export function createContext(host: Host, globals: Globals, mask: Mask): Context {
  const closers: (() => Promise<void>)[] = [];
  const asking = createAsking(host, globals, mask);
  const services = createServices({ host, globals, mask, asking }, closers);
  // What is animated at the moment has to make room for a remark.
  const say = (text: string): void => {
    const drawing = services.drawing();
    if (drawing === undefined) void host.stderr.write(`${printable(mask.clean(text))}\n`);
    else drawing.note(text);
  };
  return {
    host,
    globals,
    mask,
    version,
    ...asking,
    ...services,
    rooms,
    note: (text) => {
      if (!globals.quiet && !globals.json) say(text);
    },
    hint: (text) => {
      if (!globals.quiet && !globals.json && host.stderr.isTerminal) say(text);
    },
    announce: (target) => {
      if (!globals.quiet && !globals.json) say(`Extension: ${target.slug ?? target.id} (from ${target.sourceLabel})`);
    },
    under: (changes) => createContext(host, { ...globals, ...changes }, mask),
    close: async () => {
      services.drawing()?.stop();
      for (const close of closers.reverse()) await close();
    },
  };
}

interface Parts {
  readonly host: Host;
  readonly globals: Globals;
  readonly mask: Mask;
  readonly asking: Asking;
}

type Services = Pick<Context, 'surface' | 'progress' | 'credential' | 'store' | 'client' | 'clientFor' | 'manifest' | 'namedTarget' | 'target'> & { drawing(): Progress | undefined };

function createServices({ host, globals, mask, asking }: Parts, closers: (() => Promise<void>)[]): Services {
  let drawing: Progress | undefined;
  const surface = async (where: 'stdout' | 'stderr'): Promise<Surface> => {
    const { surfaceOf } = await import('./ui/surface.ts');
    return surfaceOf({ env: host.env, platform: host.platform, sink: host[where], noColor: globals.noColor, nowMs: host.clock.now(), clean: mask.clean });
  };
  const progress = once(async () => {
    const { createProgress } = await import('./ui/progress.ts');
    drawing = await createProgress({ host, surface: await surface('stderr'), quiet: globals.quiet || globals.json });
    return drawing;
  });
  const store = once(async () => {
    const { openStore } = await import('./account/store.ts');
    return openStore(host);
  });
  const credential = once(async () => {
    const found = await findCredential(host, globals, store);
    mask.hide(found.key);
    const { checkKeyForm } = await import('./account/credentials.ts');
    checkKeyForm(found.key, found.label);
    return found;
  });
  const clientFor = async (apiKey: string): Promise<Client> => {
    const made = await connect(host, globals, mask, { apiKey, progress });
    closers.push(() => made.close());
    return made;
  };
  const client = once(async () => clientFor((await credential()).key));
  const manifest = once(async () => (await import('./project/manifest.ts')).findManifest(host.cwd));
  const targeting = createTargeting({ host, globals, asking, client, manifest });
  return { surface, progress, credential, store, client, clientFor, manifest, ...targeting, drawing: () => drawing };
}

/** Which extension is meant; on a terminal, where nothing names one, the person chooses, once. */
function createTargeting({ host, globals, asking, client, manifest }: Omit<Parts, 'mask'> & Pick<Context, 'client' | 'manifest'>): Pick<Context, 'namedTarget' | 'target'> {
  const listExtensions = async (): Promise<readonly Known[]> => (await (await client()).listExtensions()).extensions;
  const choose = once(async () => {
    const { chooseExtension } = await import('./project/choices.ts');
    return chooseExtension(await listExtensions(), () => asking.ask({ message: 'No extension is named.', hint: 'Name it with --extension.' }));
  });
  const named = async (flag: string | undefined) => {
    const sources = { flag, env: host.env, manifest: flag === undefined ? await manifest() : undefined };
    const { isNamed } = await import('./project/target.ts');
    return globals.interactive && !isNamed(sources) ? { ...sources, chosen: await choose() } : sources;
  };
  return {
    namedTarget: async (flag) => (await import('./project/target.ts')).namedTarget(await named(flag)),
    target: async (flag) => (await import('./project/target.ts')).resolveTarget({ ...(await named(flag)), listExtensions }),
  };
}

async function findCredential(host: Host, globals: Globals, store: () => Promise<Store>): Promise<Credential> {
  const { checkStoredFor, noKeyError, resolveCredential } = await import('./account/credentials.ts');
  const { profile } = globals;
  const fromEnvironment = resolveCredential({ env: host.env, profile });
  if (fromEnvironment !== undefined) return fromEnvironment;
  const stored = await (await store()).get(profile);
  const found = resolveCredential({ env: host.env, profile, stored: stored?.apiKey });
  if (found === undefined) throw noKeyError();
  checkStoredFor(stored?.apiUrl, globals.apiUrl, found.label);
  return found;
}

async function connect(host: Host, globals: Globals, mask: Mask, with_: { apiKey: string; progress: () => Promise<Progress> }): Promise<Client> {
  const [{ createClient }, { parseApiUrl }] = await Promise.all([import('./api/client.ts'), import('./api/api-url.ts')]);
  const trace = (line: string): void => {
    void host.stderr.write(mask.clean(`${line}\n`));
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
