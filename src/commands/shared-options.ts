/** Options that several commands have, defined once. */
import { duration, flag, string, strings } from '../cli/command.ts';

export const extensionOption = string(
  '-e, --extension <id or slug>',
  'the extension that is meant (else extensionId in lumio.config.json)',
  {
    env: 'LUMIO_EXTENSION',
    completion: 'extension',
  },
);

export const waitOption = duration(
  '--wait [duration]',
  'wait for the review (15m unless said otherwise)',
  { preset: '15m' },
);

export const allowOption = strings(
  '--allow <rule or path>',
  'a finding of the secret scan that is meant; may be repeated',
);

export const dryRunOption = flag(
  '--dry-run',
  'do everything local, show what would be sent, send nothing',
);
