/** What is said after a deploy. */
import { expect, test } from 'vitest';
import { nextSteps } from '../../src/deploy/warnings.ts';

const page = 'https://lumio.vision/dashboard/extensions/ext_1';
const wait = 'Next: lumio versions wait 1.3.0 -e ext_1';

test.each([
  { status: 'pending', dashboard: page, says: [wait, `Dashboard: ${page}`] },
  { status: 'pending', dashboard: undefined, says: [wait] },
  { status: 'in_review', dashboard: undefined, says: [wait] },
  { status: 'approved', dashboard: page, says: [`Dashboard: ${page}`] },
  { status: 'rejected', dashboard: page, says: [`Dashboard: ${page}`] },
  { status: 'rejected', dashboard: undefined, says: [] },
])('$status, with the dashboard $dashboard', ({ status, dashboard, says }) => {
  const report = {
    version: { id: 'ver_1', version: '1.3.0', status },
    outcome: 'unchanged',
    recovered: false,
    bundle: { fileCount: 1, sizeBytes: 1, sha256: '', tarSha256: '' },
    extension: { id: 'ext_1' },
  } as const;
  expect(nextSteps(report, { deploy: '', extension: ' -e ext_1', dashboard })).toEqual(says);
});
