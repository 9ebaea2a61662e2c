/** Whether and how a person may be asked; where nobody can be, the error that says what was missing. */
import { LumioError } from './errors.ts';
import type { Globals } from './globals.ts';
import type { Host, Prompter } from './host.ts';
import type { Mask } from './ui/mask.ts';

/** What would have been asked, for the error where nobody can be. */
interface Missing {
  readonly message: string;
  readonly hint: string;
}

export interface Asking {
  /** Questions to the person at the terminal. @throws LumioError usage naming `missing` when nobody may be asked */
  ask(missing: Missing): Promise<Prompter>;
  /** Questions about consent, where --yes was not given. @param consequence a sentence. @throws LumioError confirmation when nobody may be asked */
  askConsent(consequence: string): Promise<Prompter>;
}

export function createAsking(host: Host, globals: Globals, mask: Mask): Asking {
  const prompter = (otherwise: LumioError): Promise<Prompter> => {
    if (globals.interactive) return host.prompter({ noColor: globals.noColor, clean: mask.clean });
    throw otherwise;
  };
  return {
    ask: async (missing) =>
      prompter(new LumioError('usage', { code: 'missing_input', ...missing })),
    askConsent: async (consequence) =>
      prompter(
        new LumioError('confirmation', {
          code: 'confirmation_required',
          message: `${consequence} This needs a confirmation, and nobody can be asked here.`,
          hint: 'Add --yes to agree.',
        }),
      ),
  };
}
