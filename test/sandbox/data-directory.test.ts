import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { goodBundle } from './bundles.ts';
import { fakeClock, startMs } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const extension = `/extensions/${exampleId}`;

async function stateOf(dataDir: string): Promise<unknown> {
  return JSON.parse(await readFile(join(dataDir, 'state.json'), 'utf8'));
}

/** The error of starting with this directory. */
async function failure(
  dataDir: string,
  seed?: unknown,
): Promise<{ kind: string; code: string; message: string }> {
  const error: unknown = await openSandbox({
    dataDir,
    ...(seed === undefined ? {} : { seed }),
  }).catch((thrown: unknown) => thrown);
  if (!(error instanceof LumioError)) throw new Error('It started.');
  return { kind: error.kind, code: error.problem.code, message: error.message };
}

test('keeps the state and the bytes of bundles across restarts', async () => {
  const dataDir = join(await temporaryDirectory(), 'new', 'data');
  const first = await openSandbox({ dataDir });
  await first.submit({ version: '1.3.0', changelog: 'Fäster, "much"', bundle: goodBundle });
  const created = await first.call('POST', '/extensions', { name: 'Clock' });
  await first.call('PUT', `${extension}/secrets/API_KEY`, { value: ' \u0000\ud800 "x"\n' });
  await first.call('DELETE', `${extension}/secrets/WEBHOOK_SECRET`);
  await first.close();

  const clock = fakeClock({ startMs: startMs + 60_000 });
  const second = await openSandbox({ dataDir, clock });
  expect(at((await second.call('GET', `${extension}/versions`)).body, 'versions', 0)).toMatchObject(
    { version: '1.3.0', status: 'approved', approvedAt: '2026-05-01T12:00:03Z' },
  );
  expect(
    (await second.call('GET', `/extensions/${String(at(created.body, 'extension', 'id'))}`)).status,
  ).toBe(200);
  expect((await second.call('GET', `${extension}/secrets`)).body).toEqual({ keys: ['API_KEY'] });
  const state = await stateOf(dataDir);
  expect(at(state, 'extensions', 0, 'secrets')).toEqual([
    { key: 'API_KEY', value: ' \u0000\ud800 "x"\n' },
  ]);
  expect(at(state, 'extensions', 0, 'versions', 1)).toMatchObject({
    changelog: 'Fäster, "much"',
    status: 'approved',
  });
  const bundle = await readFile(join(dataDir, 'bundles', exampleId, '1.3.0.tar.gz'));
  expect(bundle.equals(Buffer.from(await goodBundle.arrayBuffer()))).toBe(true);
  expect((await stat(join(dataDir, 'state.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('deletes the bundles of a deleted extension', async () => {
  const dataDir = await temporaryDirectory();
  const { call, submit } = await openSandbox({ dataDir });
  const { body } = await call('POST', '/extensions', { name: 'Draft' });
  const id = String(at(body, 'extension', 'id'));
  await submit({ version: '1.0.0', bundle: goodBundle }, id);
  expect((await call('DELETE', `/extensions/${id}`)).status).toBe(204);
  expect(await readdir(join(dataDir, 'bundles'))).toEqual([]);
});

test('deletes the leftovers of a killed run', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openSandbox({ dataDir });
  await first.submit({ version: '1.3.0', bundle: goodBundle });
  await first.close();
  await writeFile(join(dataDir, 'tmp', 'bundle-1.tar.gz'), 'half');
  await writeFile(join(dataDir, 'bundles', exampleId, '9.9.9.tar.gz'), 'without a version');
  await mkdir(join(dataDir, 'bundles', 'ext_gone'));
  await openSandbox({ dataDir });
  expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
  expect(await readdir(join(dataDir, 'bundles'))).toEqual([exampleId]);
  expect(await readdir(join(dataDir, 'bundles', exampleId))).toEqual(['1.3.0.tar.gz']);
});

test('a second sandbox on the directory is refused until the first is closed', async () => {
  const dataDir = await temporaryDirectory();
  const { close, port } = await openSandbox({ dataDir });
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    code: 'sandbox_data_in_use',
    message: expect.stringContaining(`http://127.0.0.1:${port}`),
  });
  await close();
  expect(await readdir(dataDir)).not.toContain('lock');
  await openSandbox({ dataDir });
});

test('a closing sandbox keeps its directory until its last change is saved', async () => {
  const dataDir = await temporaryDirectory();
  let finish = (): void => undefined;
  const sleeping = new Promise<void>((resolve) => (finish = resolve));
  let notifySleep = (): void => undefined;
  const changing = new Promise<void>((resolve) => (notifySleep = resolve));
  const clock = { ...fakeClock(), sleep: () => (notifySleep(), sleeping) };
  const { call, close } = await openSandbox({
    dataDir,
    clock,
    faults: [parseFault('setSecret=slow-commit')],
  });
  const lost = call('PUT', `${extension}/secrets/LATE`, { value: 'v' }).catch(() => 'cut');
  await changing;
  const closed = close();
  expect(await lost).toBe('cut');
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    code: 'sandbox_data_in_use',
  });
  finish();
  await closed;
  expect(
    (await (await openSandbox({ dataDir })).call('GET', `${extension}/secrets`)).body,
  ).toMatchObject({ keys: expect.arrayContaining(['LATE']) });
});

async function lockedDirectory(lock: string): Promise<string> {
  const dataDir = await temporaryDirectory();
  await writeFile(join(dataDir, 'lock'), lock);
  return dataDir;
}

test('of six sandboxes that start beside an abandoned lock, one gets the directory', async () => {
  const dataDir = await lockedDirectory('1 killed');
  const starts = await Promise.allSettled(
    Array.from({ length: 6 }, () => openSandbox({ dataDir })),
  );
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const started of starts)
    if (started.status === 'rejected')
      expect(started.reason).toMatchObject({ problem: { code: 'sandbox_data_in_use' } });
});

test.each([
  ['of a port that nothing listens on', '1 killed'],
  ['of an impossible port', '99999 killed'],
  ['with other content', 'notes'],
  ['without content', ''],
])('a lock %s is abandoned', async (_what, lock) => {
  await openSandbox({ dataDir: await lockedDirectory(lock) });
});

test('a lock is abandoned if another sandbox has its port now', async () => {
  const other = await openSandbox();
  const dataDir = await lockedDirectory(`${other.port} killed`);
  await openSandbox({ dataDir });
});

test.each([
  ['not JSON', '{"extensions": ['],
  ['of another form', '{"extensions": [{"id": 5}]}'],
  ['a number', '5'],
])('a state that is %s is refused and left unchanged', async (_what, content) => {
  const dataDir = await temporaryDirectory();
  const path = join(dataDir, 'state.json');
  await writeFile(path, content);
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    code: 'sandbox_state_corrupt',
    message: expect.stringContaining(path),
  });
  expect(await readFile(path, 'utf8')).toBe(content);
  expect(await readdir(dataDir)).not.toContain('lock');
});

test('a directory with other content is refused', async () => {
  const dataDir = await temporaryDirectory();
  await writeFile(join(dataDir, 'thesis.txt'), 'precious');
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    code: 'sandbox_data_foreign',
    message: expect.stringContaining('thesis.txt'),
  });
  expect(await readdir(dataDir)).toEqual(['thesis.txt']);
});

test('a file as data directory is refused', async () => {
  const dataDir = join(await temporaryDirectory(), 'file');
  await writeFile(dataDir, '');
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(dataDir),
  });
});

test('a seed fills a new directory, and is refused for a directory with state', async () => {
  const dataDir = await temporaryDirectory();
  const seed = { extensions: [{ name: 'Mine' }] };
  const { call, close } = await openSandbox({ dataDir, seed });
  expect(at((await call('GET', '/extensions')).body, 'extensions', 0, 'slug')).toBe('mine');
  await close();
  expect(await failure(dataDir, seed)).toMatchObject({ kind: 'usage', code: 'seed_over_state' });
});

test('the state of one sandbox is a seed for another', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openSandbox({ dataDir });
  await first.submit({ version: '1.3.0', bundle: goodBundle });
  const second = await openSandbox({ seed: await stateOf(dataDir) });
  for (const path of [
    '/extensions',
    extension,
    `${extension}/versions`,
    `${extension}/installs`,
    `${extension}/secrets`,
  ]) {
    expect((await second.call('GET', path)).body).toEqual((await first.call('GET', path)).body);
  }
});
