/** Options that several commands have, defined once. */
import { duration, flag, text, texts } from '../command.ts';

export const extensionOption = text(
  '-e, --extension <id or slug>',
  'the extension that is meant (else extensionId in lumio.config.json)',
  {
    env: 'LUMIO_EXTENSION',
    completes: 'extension',
  },
);

export const waitOption = duration(
  '--wait [duration]',
  'wait for the review (15m unless said otherwise)',
  { preset: '15m' },
);

export const allowOption = texts(
  '--allow <rule or path>',
  'a finding of the secret scan that is meant; may be repeated',
);

export const dryRunOption = flag(
  '--dry-run',
  'do everything local, show what would be sent, send nothing',
);
