/** Prompts, or a usage error when prompts are disabled. */
import { LumioError } from '../errors.ts';
import type { Host, Prompter } from '../host.ts';
import type { Redact } from '../terminal/redact.ts';
import type { GlobalOptions } from './global-options.ts';

/** The error when prompts are disabled. */
interface MissingInput {
  readonly message: string;
  readonly hint: string;
}

export interface Prompts {
  /** @throws LumioError usage with `missing` when prompts are disabled */
  require(missing: MissingInput): Promise<Prompter>;
  /** Call only without --yes. @param consequence a sentence. @throws LumioError confirmation when prompts are disabled */
  requireConfirmation(consequence: string): Promise<Prompter>;
}

interface PromptsDeps {
  readonly host: Host;
  readonly options: GlobalOptions;
  readonly redact: Redact;
  /** Settles when everything logged before is written. */
  readonly flushLog: () => Promise<void>;
}

export function createPrompts({ host, options, redact, flushLog }: PromptsDeps): Prompts {
  const open = async (disabled: LumioError): Promise<Prompter> => {
    await flushLog();
    if (!options.interactive) throw disabled;
    return host.prompter({ noColor: options.noColor, redact });
  };
  return {
    require: (missing) => open(new LumioError('usage', { code: 'missing_input', ...missing })),
    requireConfirmation: (consequence) =>
      open(
        new LumioError('confirmation', {
          code: 'confirmation_required',
          message: `${consequence} Confirmation is required, and prompts are disabled here.`,
          hint: 'Pass --yes to confirm.',
        }),
      ),
  };
}
