/** Each promise of SECURITY.md names the tests that prove it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './pages.ts';

/** Promise → file and a part of its test's title. */
const proofs: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'Keys.': [
    ['test/faults/hostile-server.test.ts', 'a redirect to another origin is an error'],
    ['test/faults/hostile-server.test.ts', 'sends no key to %s'],
    ['test/api/api-url.test.ts', '%j is refused'],
  ],
  'Stored keys': [
    ['test/auth/store.test.ts', 'in one file that only its owner can read'],
    ['test/auth/credentials.test.ts', 'a key stored for %s may be sent to %s: %j'],
  ],
  'Output.': [
    ['test/terminal/redact.test.ts', 'masks a secret %s'],
    ['test/faults/echoed-secrets.test.ts', 'prints no part of a secret that a server repeats'],
  ],
  'Secrets.': [
    ['test/cli/misplaced-secrets.test.ts', 'not repeated'],
    ['test/cli/random-arguments.slow.test.ts', 'no usage error repeats a part of a secret'],
  ],
  'Bundles.': [['test/archive/secret-rules.test.ts', '%s: %s is found, alone and in a page']],
  'Untrusted text': [
    ['test/faults/hostile-server.test.ts', "can't move the cursor, change colors or reorder text"],
    ['test/terminal/json-query.test.ts', 'starts no command of a CI runner'],
  ],
  'The sandbox': [['test/sandbox/refusals.test.ts', 'listens on loopback addresses only']],
  'No telemetry.': [['test/commands/doctor-machine.slow.test.ts', '--check-updates']],
  'No runtime dependencies.': [
    ['test/package/tarball.test.ts', 'is one package: nothing else is installed with it'],
  ],
  'Provenance.': [['.github/workflows/release.yml', 'npm publish --provenance']],
};

const promises = readFileSync(join(root, 'SECURITY.md'), 'utf8').matchAll(/^- \*\*(.+?)\*\*/gm);

test('every promise names a test, and no test is for anything else', () => {
  expect(Array.from(promises, ([, promise]) => promise)).toEqual(Object.keys(proofs));
});

test.each(Object.values(proofs).flat())('%s has %j', (file, title) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(title);
});
