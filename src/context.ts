/** What a command can reach: cheap members at once, costly ones made on the first call. */
import { type Asking, createAsking } from './asking.ts';
import type { Credential } from './account/credentials.ts';
import type { Store } from './account/store.ts';
import type { Actions } from './actions/index.ts';
import type { Client } from './api/client.ts';
import type { Globals } from './globals.ts';
import type { Host } from './host.ts';
import type { Manifest } from './project/manifest.ts';
import type { NamedTarget, Target } from './project/target.ts';
import { type Remarks, createRemarks } from './remarks.ts';
import { type Rooms, rooms } from './rooms.ts';
import { createServices } from './services.ts';
import { withToldStdin } from './stdin.ts';
import type { Mask } from './ui/mask.ts';
import type { Progress } from './ui/progress.ts';
import type { Surface } from './ui/surface.ts';
import { version } from './version.ts';

/** An extension as the command line may name it: where both do, the argument counts. */
export interface Written {
  readonly argument: string | undefined;
  readonly flag: string | undefined;
}

export interface Context extends Asking, Remarks {
  /** Whoever reads its stdin need not tell that it is waited for. */
  readonly host: Host;
  readonly globals: Globals;
  readonly mask: Mask;
  /** Version of lumio. */
  readonly version: string;
  /** GitHub Actions, where that is what runs us. */
  actions(): Promise<Actions | undefined>;
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
  /** The extension that is meant, from -e, LUMIO_EXTENSION or lumio.config.json. @param project counts in place of the nearest lumio.config.json */
  target(flag: string | undefined | Written, project?: Manifest): Promise<Target>;
  /** The same without a look-up: what was written, and where. */
  namedTarget(flag: string | undefined, project?: Manifest): Promise<NamedTarget>;
  /** What was thrown; where the server does not know the extension, or refuses the key, with where that comes from. */
  located(thrown: unknown): Promise<unknown>;
  readonly rooms: Rooms;
  /** Lets go of connections and of what is drawn on the terminal. */
  close(): Promise<void>;
}

export function createContext(world: Host, globals: Globals, mask: Mask): Context {
  const closers: (() => Promise<void>)[] = [];
  let progress: Progress | undefined;
  const remarks = createRemarks({ host: world, globals, mask, drawing: () => progress });
  const host = withToldStdin(world, remarks.note);
  const plain = createAsking(host, globals, mask);
  const asking: Asking = {
    ask: async (missing) => remarks.said().then(() => plain.ask(missing)),
    askConsent: async (consequence) => remarks.said().then(() => plain.askConsent(consequence)),
  };
  const onDrawing = (made: Progress): void => void (progress = made);
  const services = createServices({ host, globals, mask, asking, onDrawing, ...remarks }, closers);
  return {
    host,
    globals,
    mask,
    version,
    ...asking,
    ...services,
    ...remarks,
    rooms,
    under: (changes) => createContext(world, { ...globals, ...changes }, mask),
    close: async () => {
      await remarks.said();
      progress?.stop();
      for (const close of closers.reverse()) await close();
    },
  };
}
