import { expect, test } from 'vitest';
import { nextStep } from '../../src/deploy/follow-up.ts';

test.each([
  { status: 'pending', step: 'Next: lumio versions wait 1.3.0 -e ext_1' },
  { status: 'in_review', step: 'Next: lumio versions wait 1.3.0 -e ext_1' },
  { status: 'approved', step: undefined },
  { status: 'rejected', step: undefined },
])('suggests $step for $status', ({ status, step }) => {
  const version = { id: 'ver_1', version: '1.3.0', status };
  expect(nextStep(version, { deploy: '', extension: ' -e ext_1', dashboard: undefined })).toBe(
    step,
  );
});
