import { expect, test } from 'vitest';
import { summaryOf } from '../../src/github-actions/summary.ts';
import { deployFacts } from '../../src/commands/deploy-views.ts';
import { dashboardOf } from '../../src/api/api-url.ts';
import { LumioError } from '../../src/errors.ts';

const page = 'https://lumio.vision/dashboard/extensions/ext_1';
const bundle = { fileCount: 1, sizeBytes: 92, sha256: 'ab', tarSha256: 'cd' };
const report = {
  version: { id: 'ver_1', version: '1.3.0', status: 'pending' },
  outcome: 'created',
  recovered: false,
  notes: [],
  changelog: null,
  bundle,
  extension: { id: 'ext_1', slug: 'board' },
} as const;
const error = new LumioError('conflict', { code: 'version_exists', message: 'It exists' });

/** The first cells of the row. */
function rowOf(attempt: Parameters<typeof deployFacts>[0], apiUrl: string): string | undefined {
  return summaryOf([deployFacts(attempt, (id) => dashboardOf(id, apiUrl))])
    .trimEnd()
    .split('\n')
    .at(-1);
}

test.each([
  { apiUrl: 'https://api.lumio.vision/developer/v1', name: `[board](${page})` },
  { apiUrl: 'https://api.lumio.vision/developer/v1/', name: `[board](${page})` },
  {
    apiUrl: 'http://127.0.0.1:4810/developer/v1',
    name: '[board](http://127.0.0.1:4810/dashboard/extensions/ext_1)',
  },
  { apiUrl: 'https://staging.lumio.vision/developer/v1', name: 'board' },
])('links the dashboard if the API has one: $apiUrl', ({ apiUrl, name }) => {
  expect(rowOf({ report }, apiUrl)).toBe(
    `| ${name} | 1.3.0 | pending | created | 1 | 92 | <code>ab</code> |`,
  );
});

test.each([
  {
    what: 'only a path',
    attempt: { path: 'one', error },
    row: '| one |  |  | failed&#58; It exists |  |  |  |',
  },
  {
    what: 'an extension that was looked up',
    attempt: {
      path: 'one',
      extension: { id: 'ext_1' },
      version: '1.2.0',
      error,
    },
    row: `| [ext&#95;1](${page}) | 1.2.0 |  | failed&#58; It exists |  |  |  |`,
  },
  {
    what: "a slug that wasn't looked up",
    attempt: {
      path: 'one',
      extension: { id: null, named: 'board', source: 'lumio.config.json' },
      error,
    },
    row: '| board |  |  | failed&#58; It exists |  |  |  |',
  },
  {
    what: "an ID that wasn't looked up",
    attempt: { extension: { id: 'ext_1', named: 'ext_1', source: 'lumio.config.json' } },
    row: '| ext&#95;1 |  |  | failed |  |  |  |',
  },
])('shows a failed deploy with $what', ({ attempt, row }) => {
  expect(rowOf(attempt, 'https://api.lumio.vision/developer/v1')).toBe(row);
});
