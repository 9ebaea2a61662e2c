/** Links between pages work, and the README is within its limit. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, pages, proseOf, readPage, root } from './pages.ts';

interface Link {
  readonly target: string;
  /** Relative to the repository. */
  readonly path: string;
  readonly anchor: string;
}

function linksOf(page: string): Link[] {
  return [...proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
    ([, target = '']) => {
      const [path = '', anchor = ''] = target.split('#');
      return {
        target,
        path: path === '' ? page : normalize(join(dirname(page), path)),
        anchor,
      };
    },
  );
}

describe.each(pages)('%s', (page) => {
  test('has no broken links', () => {
    const broken = linksOf(page).filter(
      ({ path, anchor }) =>
        !existsSync(join(root, path)) || (anchor !== '' && !anchorsOf(path).has(anchor)),
    );
    expect(broken.map(({ target }) => target)).toEqual([]);
  });
});

test('every page in docs is linked from the index or from the list of commands', () => {
  const linked = new Set(
    ['docs/README.md', 'docs/commands.md'].flatMap((page) => linksOf(page).map(({ path }) => path)),
  );
  const orphans = pages.filter(
    (page) => page.startsWith('docs/') && page !== 'docs/README.md' && !linked.has(page),
  );
  expect(orphans).toEqual([]);
});

test('the README has at most 150 lines', () => {
  expect(readPage('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});
