import { expect, test } from 'vitest';
import { goodBundle } from './bundles.ts';
import { fakeClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

async function newDraft(call: TestSandbox['call']): Promise<string> {
  return String(at((await call('POST', '/extensions', { name: 'Draft' })).body, 'extension', 'id'));
}

test.each([
  ['approve', 'approved', 'approved', '2026-05-01T12:00:03Z'],
  ['reject', 'rejected', 'rejected', undefined],
  ['never', 'pending', 'pending', undefined],
] as const)(
  '%s: a version becomes %s, and its new extension %s',
  async (reviewMode, status, extensionStatus, approvedAt) => {
    const clock = fakeClock({ manual: true });
    const { call, submit } = await openSandbox({ clock, reviewMode });
    const id = await newDraft(call);
    const versionId = at(
      (await submit({ version: '1.0.0', bundle: goodBundle }, id)).body,
      'version',
      'id',
    );
    const versionPath = `/extensions/${id}/versions`;
    await clock.advance(2999);
    expect(at((await call('GET', versionPath)).body, 'versions', 0, 'status')).toBe('pending');
    expect(at((await call('GET', `/extensions/${id}`)).body, 'extension', 'status')).toBe(
      'pending',
    );
    await clock.advance(1);
    const version = at((await call('GET', versionPath)).body, 'versions', 0);
    expect(version).toMatchObject({ id: versionId, status });
    expect(at(version, 'approvedAt')).toBe(approvedAt);
    const extension = at((await call('GET', `/extensions/${id}`)).body, 'extension');
    expect(at(extension, 'status')).toBe(extensionStatus);
    expect(at(extension, 'currentVersionId')).toBe(
      reviewMode === 'approve' ? versionId : undefined,
    );
  },
);

test("a rejected version doesn't change an approved extension", async () => {
  const clock = fakeClock({ manual: true });
  const { call, submit } = await openSandbox({ clock, reviewMode: 'reject' });
  await submit({ version: '1.3.0', bundle: goodBundle });
  await clock.advance(3000);
  expect(at((await call('GET', '/extensions')).body, 'extensions', 0)).toMatchObject({
    status: 'approved',
    currentVersionId: 'ver_abc123',
  });
  expect(
    at((await call('GET', `/extensions/${exampleId}/versions`)).body, 'versions', 0, 'status'),
  ).toBe('rejected');
});

test('responds to an upload with pending although the review takes no time', async () => {
  const { call, submit } = await openSandbox({ reviewAfterMs: 0 });
  const { body } = await submit({ version: '1.3.0', bundle: goodBundle });
  expect(at(body, 'version', 'status')).toBe('pending');
  expect(
    at((await call('GET', `/extensions/${exampleId}`)).body, 'extension', 'currentVersionId'),
  ).toBe(at(body, 'version', 'id'));
});
