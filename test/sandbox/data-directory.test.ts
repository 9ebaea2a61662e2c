import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { goodBundle } from './bundles.ts';
import { at, exampleId, start, temporaryFolder } from './start.ts';

const extension = `/extensions/${exampleId}`;

async function stateOf(dataDir: string): Promise<unknown> {
  return JSON.parse(await readFile(join(dataDir, 'state.json'), 'utf8'));
}

/** What starting on the folder fails with. */
async function failure(
  dataDir: string,
  seed?: unknown,
): Promise<{ kind: string; message: string }> {
  const error: unknown = await start({ dataDir, ...(seed === undefined ? {} : { seed }) }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LumioError)) throw new Error('It started.');
  return { kind: error.kind, message: error.message };
}

test('what was done is there after a restart, the bundle with the bytes that were sent', async () => {
  const dataDir = join(await temporaryFolder(), 'new', 'data');
  const first = await start({ dataDir });
  await first.submit({ version: '1.3.0', changelog: 'Fäster, "much"', bundle: goodBundle });
  const created = await first.call('POST', '/extensions', { name: 'Clock' });
  await first.call('PUT', `${extension}/secrets/API_KEY`, { value: ' \u0000\ud800 "x"\n' });
  await first.call('DELETE', `${extension}/secrets/WEBHOOK_SECRET`);
  await first.sandbox.close();

  const second = await start({ dataDir });
  second.clock.advance(60_000);
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

test('a deleted extension takes its bundles along', async () => {
  const dataDir = await temporaryFolder();
  const { call, submit } = await start({ dataDir });
  const { body } = await call('POST', '/extensions', { name: 'Draft' });
  const id = String(at(body, 'extension', 'id'));
  await submit({ version: '1.0.0', bundle: goodBundle }, id);
  expect((await call('DELETE', `/extensions/${id}`)).status).toBe(204);
  expect(await readdir(join(dataDir, 'bundles'))).toEqual([]);
});

test('what a killed run left behind is swept away', async () => {
  const dataDir = await temporaryFolder();
  const first = await start({ dataDir });
  await first.submit({ version: '1.3.0', bundle: goodBundle });
  await first.sandbox.close();
  await writeFile(join(dataDir, 'tmp', 'bundle-1.tar.gz'), 'half');
  await writeFile(join(dataDir, 'bundles', exampleId, '9.9.9.tar.gz'), 'without a version');
  await mkdir(join(dataDir, 'bundles', 'ext_gone'));
  await start({ dataDir });
  expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
  expect(await readdir(join(dataDir, 'bundles'))).toEqual([exampleId]);
  expect(await readdir(join(dataDir, 'bundles', exampleId))).toEqual(['1.3.0.tar.gz']);
});

test('a second sandbox on the folder is refused and told where the first is, until that one is closed', async () => {
  const dataDir = await temporaryFolder();
  const { sandbox } = await start({ dataDir });
  expect(await failure(dataDir)).toEqual({
    kind: 'refused',
    message: `${dataDir} is in use by another sandbox at http://127.0.0.1:${sandbox.port}.`,
  });
  await sandbox.close();
  expect(await readdir(join(dataDir, 'locks'))).toEqual([]);
  await start({ dataDir });
});

test('a sandbox that closes keeps its folder until its last change is saved', async () => {
  const dataDir = await temporaryFolder();
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  let isHeld = (): void => undefined;
  const changing = new Promise<void>((resolve) => (isHeld = resolve));
  const clock = { now: () => 0, random: () => 0, sleep: () => (isHeld(), held) };
  const { sandbox, call } = await start({
    dataDir,
    clock,
    faults: [parseFault('setSecret=slow-commit')],
  });
  const lost = call('PUT', `${extension}/secrets/LATE`, { value: 'v' }).catch(() => 'cut');
  await changing;
  const closed = sandbox.close();
  expect(await lost).toBe('cut');
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('in use'),
  });
  goOn();
  await closed;
  expect((await (await start({ dataDir })).call('GET', `${extension}/secrets`)).body).toMatchObject(
    { keys: expect.arrayContaining(['LATE']) },
  );
});

/** A data folder with a lock of that name in it. */
async function lockedFolder(lock: string): Promise<string> {
  const dataDir = await temporaryFolder();
  await mkdir(join(dataDir, 'locks'));
  await writeFile(join(dataDir, 'locks', lock), '');
  return dataDir;
}

test.each(['1-gone', 'notes.txt'])(
  'of six that start at once beside the lock %s, one gets the folder',
  async (lock) => {
    const dataDir = await lockedFolder(lock);
    const starts = await Promise.allSettled(Array.from({ length: 6 }, () => start({ dataDir })));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const started of starts)
      if (started.status === 'rejected')
        expect(started.reason).toMatchObject({
          kind: 'refused',
          problem: { code: 'sandbox_data_in_use' },
        });
  },
);

test.each([
  ['names a port where nobody is', '1-gone'],
  ['names no port', '99999-gone'],
  ['is no lock', 'notes.txt'],
])('a lock that %s does not hold the folder', async (_what, lock) => {
  await start({ dataDir: await lockedFolder(lock) });
});

test('a lock whose port another sandbox has taken since does not hold the folder', async () => {
  const other = await start();
  const dataDir = await lockedFolder(`${other.sandbox.port}-gone`);
  await start({ dataDir });
  expect(await readdir(join(dataDir, 'locks'))).toHaveLength(1);
});

test.each([
  ['no JSON', '{"extensions": [', 'it is not JSON'],
  ['another form', '{"extensions": [{"id": 5}]}', 'extensions.0.id must be a string'],
  ['a number', '5', 'the document must be object'],
])(
  'a state that is %s is refused, naming the file, and left as it is',
  async (_what, content, words) => {
    const dataDir = await temporaryFolder();
    const path = join(dataDir, 'state.json');
    await writeFile(path, content);
    const { kind, message } = await failure(dataDir);
    expect(kind).toBe('refused');
    expect(message).toContain(`The sandbox's state ${path} is damaged: ${words}`);
    expect(await readFile(path, 'utf8')).toBe(content);
    expect(await readdir(join(dataDir, 'locks'))).toEqual([]);
  },
);

test('a folder with something else in it is refused', async () => {
  const dataDir = await temporaryFolder();
  await writeFile(join(dataDir, 'thesis.txt'), 'precious');
  expect(await failure(dataDir)).toEqual({
    kind: 'refused',
    message: `${dataDir} is no data folder of a sandbox: it holds thesis.txt and no state.json.`,
  });
});

test('a file in place of the folder is refused', async () => {
  const dataDir = join(await temporaryFolder(), 'file');
  await writeFile(dataDir, '');
  expect(await failure(dataDir)).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(dataDir),
  });
});

test('a seed fills a new folder and is refused over a state', async () => {
  const dataDir = await temporaryFolder();
  const seed = { extensions: [{ name: 'Mine' }] };
  const { call, sandbox } = await start({ dataDir, seed });
  expect(at((await call('GET', '/extensions')).body, 'extensions', 0, 'slug')).toBe('mine');
  await sandbox.close();
  expect(await failure(dataDir, seed)).toEqual({
    kind: 'usage',
    message: `${dataDir} holds a state already, so the seed can't be used.`,
  });
});

test('the state of one sandbox is a seed for another', async () => {
  const dataDir = await temporaryFolder();
  const first = await start({ dataDir });
  await first.submit({ version: '1.3.0', bundle: goodBundle });
  const second = await start({ seed: await stateOf(dataDir) });
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
