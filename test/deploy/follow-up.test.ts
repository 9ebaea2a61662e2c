import { expect, test } from 'vitest';
import { nextSteps } from '../../src/deploy/follow-up.ts';

const page = 'https://lumio.vision/dashboard/extensions/ext_1';
const wait = 'Next: lumio versions wait 1.3.0 -e ext_1';

test.each([
  { status: 'pending', dashboard: page, steps: [wait, `Dashboard: ${page}`] },
  { status: 'pending', dashboard: undefined, steps: [wait] },
  { status: 'in_review', dashboard: undefined, steps: [wait] },
  { status: 'approved', dashboard: page, steps: [`Dashboard: ${page}`] },
  { status: 'rejected', dashboard: page, steps: [`Dashboard: ${page}`] },
  { status: 'rejected', dashboard: undefined, steps: [] },
])(
  'suggests the next step for $status with the dashboard $dashboard',
  ({ status, dashboard, steps }) => {
    const version = { id: 'ver_1', version: '1.3.0', status };
    expect(nextSteps(version, { deploy: '', extension: ' -e ext_1', dashboard })).toEqual(steps);
  },
);
