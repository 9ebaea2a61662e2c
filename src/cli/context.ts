/** The context of a command. Expensive members are functions, which create them on first use. */
import type { Credential } from '../auth/credentials.ts';
import type { Store } from '../auth/store.ts';
import type { Client } from '../api/client.ts';
import type { GitHubActions } from '../github-actions/actions.ts';
import type { Host, Prompter } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import type { NamedTarget, Target } from '../project/target.ts';
import type { TerminalInfo } from '../terminal/detect.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Redact } from '../terminal/redact.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Logger } from './logger.ts';

/** An extension as specified on the command line; the argument overrides the option. */
interface ExtensionArgument {
  readonly argument: string | undefined;
  readonly flag: string | undefined;
}

export interface Credentials {
  /** The active key. @throws LumioError auth when there is none */
  active(): Promise<Credential>;
  store(): Store;
}

export interface TargetResolver {
  /**
   * The extension from the argument, `-e`, LUMIO_EXTENSION or lumio.config.json.
   * @param project replaces the nearest lumio.config.json
   */
  resolve(named: string | undefined | ExtensionArgument, project?: Manifest): Promise<Target>;
  /** The same without a request to the server. */
  named(flag: string | undefined, project?: Manifest): Promise<NamedTarget>;
}

/** Prompts, or a usage error when prompts are disabled. */
export interface Prompts {
  /** @throws LumioError usage with `missing` when prompts are disabled */
  require(missing: { readonly message: string; readonly hint: string }): Promise<Prompter>;
  /**
   * Call only without --yes.
   * @param consequence a sentence
   * @throws LumioError confirmation when prompts are disabled
   */
  requireConfirmation(consequence: string): Promise<Prompter>;
  /**
   * Asks for consent, unless --yes is set. All three are sentences.
   * @throws LumioError confirmation: declined, or prompts are disabled
   */
  confirm(ask: {
    readonly consequence: string;
    readonly question: string;
    /** What stays unchanged if the user declines. */
    readonly declined: string;
  }): Promise<void>;
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
  github(): Promise<GitHubActions | undefined>;
}
