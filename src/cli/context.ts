/** What a command can reach: cheap members at once, costly ones on the first call. */
import type { Credential } from '../auth/credentials.ts';
import type { Store } from '../auth/store.ts';
import type { Client } from '../api/client.ts';
import type { GitHubActions } from '../github-actions/index.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import type { NamedTarget, Target } from '../project/target.ts';
import type { TerminalInfo } from '../terminal/detect.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Redact } from '../terminal/redact.ts';
import type { GlobalOptions } from './global-options.ts';
import { type Logger, createLogger } from './logger.ts';
import { type Prompts, createPrompts } from './prompts.ts';
import { createServices } from './services.ts';
import { withStdinNotice } from './stdin.ts';

/** An extension as the command line names it; the argument overrides the option. */
export interface ExtensionArgument {
  readonly argument: string | undefined;
  readonly flag: string | undefined;
}

export interface Credentials {
  /** The active key. @throws LumioError auth when there is none */
  active(): Promise<Credential>;
  /** The stored profiles. */
  store(): Promise<Store>;
}

export interface TargetResolver {
  /**
   * The extension from the argument, `-e`, LUMIO_EXTENSION or lumio.config.json.
   * @param project replaces the nearest lumio.config.json
   */
  resolve(named: string | undefined | ExtensionArgument, project?: Manifest): Promise<Target>;
  /** The same without asking the server. */
  named(flag: string | undefined, project?: Manifest): Promise<NamedTarget>;
}

export interface Context {
  readonly host: Host;
  readonly options: GlobalOptions;
  readonly log: Logger;
  readonly prompts: Prompts;
  readonly redact: Redact;
  readonly credentials: Credentials;
  readonly target: TargetResolver;
  progress(): Promise<Progress>;
  terminal(stream: 'stdout' | 'stderr'): Promise<TerminalInfo>;
  /** @param apiKey replaces the active key */
  client(apiKey?: string): Promise<Client>;
  /** The nearest lumio.config.json, searched upwards. */
  project(): Promise<Manifest | undefined>;
  /** GitHub Actions, if lumio runs there. */
  github(): Promise<GitHubActions | undefined>;
}

/** A context with what only its creator calls. */
export interface OwnedContext extends Context {
  /** Adds to an error where the key or the extension came from. */
  explain(thrown: unknown): Promise<unknown>;
  /** Closes connections and clears progress from the terminal. */
  close(): Promise<void>;
}

export function createContext(
  processHost: Host,
  options: GlobalOptions,
  redact: Redact,
): OwnedContext {
  const closers: (() => Promise<void>)[] = [];
  let progress: Progress | undefined;
  const log = createLogger({ host: processHost, options, redact, activeProgress: () => progress });
  const host = withStdinNotice(processHost, log.note);
  const prompts = createPrompts({ host, options, redact, flushLog: log.flush });
  const onProgress = (created: Progress): void => void (progress = created);
  const services = createServices({ host, options, redact, prompts, log, onProgress }, closers);
  return {
    host,
    options,
    log,
    prompts,
    redact,
    ...services,
    close: async () => {
      await log.flush();
      progress?.stop();
      for (const close of closers.toReversed()) await close();
    },
  };
}
