/** Random `.lumioignore` files exclude what git excludes with the same rules. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectFiles } from '../../src/archive/select.ts';
import { isWindows } from '../support/platform.ts';
import { isInstalled } from '../support/programs.ts';
import { temporaryDirectory } from '../support/project.ts';
import { keptByGit } from './kept-by-git.ts';

const { signal } = new AbortController();

/** One to four random rules, for each of 1,000 directories of one repository. */
const ruleFiles = (): string[] => {
  const segment = fc.constantFrom('a', 'b', 'ab', 'x.js', '*', '*.js', 'a*', '?', '[ab]', '**');
  const rule = fc
    .tuple(
      fc.constantFrom('', '', '!'),
      fc.constantFrom('', '', '/'),
      fc.array(segment, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '', '/'),
    )
    .map(([negation, root, segments, end]) => `${negation}${root}${segments.join('/')}${end}`);
  const file = fc.array(rule, { minLength: 1, maxLength: 4 }).map((rules) => rules.join('\n'));
  return fc.sample(file, { numRuns: 1000, seed: 42 });
};

test.skipIf(!isInstalled('git') || isWindows)(
  'random rules select what git selects, also through a link',
  { timeout: 300_000 },
  async () => {
    const tree = ['a', 'b/a', 'b/x.js', 'ab/a/b', 'ab/x.js', 'x.js', 'c/b/ab/a'];
    const rules = ruleFiles();
    const folder = await temporaryDirectory(
      Object.fromEntries(
        rules.flatMap((text, index) => [
          ...tree.map((path) => [`d${index}/${path}`, '']),
          [`d${index}/.gitignore`, text],
          [`d${index}/.lumioignore`, text],
        ]),
      ),
    );
    const kept = keptByGit(folder);
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    for (const [index, text] of rules.entries()) {
      const own = kept.filter((path) => path.startsWith(`d${index}/`));
      const { files } = await selectFiles(join(index % 2 === 0 ? folder : link, `d${index}`), {
        signal,
      }).catch(() => ({ files: [] }));
      const selected = files.map(({ path }) => `d${index}/${path}`);
      expect([text, selected.filter((path) => !path.endsWith('.gitignore'))]).toEqual([text, own]);
    }
  },
);
