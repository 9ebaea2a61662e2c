/** Which sandbox gets a data directory. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  instanceHeader,
  lockDirectory,
  type Owner,
  startingStatus,
} from '../../src/sandbox/lock.ts';
import { cleanUp } from '../support/clean-up.ts';
import { startRawServer } from '../support/servers/scripted-server.ts';
import { temporaryDirectory } from '../support/project.ts';

interface FakeSandbox {
  readonly owner: Owner;
  /** Responds from now on as a sandbox that has its directory. */
  serve(): void;
  stop(): Promise<void>;
}

/** @param header its ID in responses */
async function fakeSandbox(instance: string, header = instance): Promise<FakeSandbox> {
  let status: number = startingStatus;
  const server = await startRawServer((_, response) =>
    response.writeHead(status, { [instanceHeader]: header }).end(),
  );
  cleanUp(server.close);
  return {
    owner: { port: server.port, instance },
    serve: () => (status = 404),
    stop: server.close,
  };
}

async function directoryLockedBy({ port, instance }: Owner): Promise<string> {
  const dir = await temporaryDirectory();
  await writeFile(join(dir, 'lock'), `${port} ${instance}`);
  return dir;
}

async function outcomeOf(locking: Promise<() => Promise<void>>): Promise<'locked' | 'refused'> {
  return locking.then(
    () => 'locked' as const,
    () => 'refused' as const,
  );
}

test('a sandbox that is serving keeps its directory', async () => {
  const first = await fakeSandbox('a');
  first.serve();
  const dir = await directoryLockedBy(first.owner);
  await expect(lockDirectory(dir, (await fakeSandbox('b')).owner)).rejects.toMatchObject({
    kind: 'refused',
    problem: {
      code: 'sandbox_data_in_use',
      message: expect.stringContaining(`:${first.owner.port}`),
    },
  });
  expect(await readFile(join(dir, 'lock'), 'utf8')).toBe(`${first.owner.port} a`);
});

test.each([
  ['stops', async ({ stop }: FakeSandbox) => stop(), 'locked'],
  ['serves', async ({ serve }: FakeSandbox) => serve(), 'refused'],
  ['neither serves nor stops', async () => undefined, 'refused'],
] as const)(
  'waits for a sandbox that is starting or closing, until it %s',
  async (_what, proceed, outcome) => {
    const first = await fakeSandbox('a');
    const dir = await directoryLockedBy(first.owner);
    const locking = outcomeOf(lockDirectory(dir, (await fakeSandbox('b')).owner));
    await proceed(first);
    expect(await locking).toBe(outcome);
  },
);

test("reports a lock that can't be written", async () => {
  const dir = join(await temporaryDirectory(), 'file');
  await writeFile(dir, '');
  await expect(lockDirectory(dir, (await fakeSandbox('a')).owner)).rejects.toMatchObject({
    kind: 'refused',
    problem: { code: 'sandbox_data_unusable' },
  });
});

test('a lock is abandoned if its port responds with another ID', async () => {
  const dir = await directoryLockedBy((await fakeSandbox('a', 'another')).owner);
  expect(await outcomeOf(lockDirectory(dir, (await fakeSandbox('b')).owner))).toBe('locked');
});

test('releasing the lock deletes it', async () => {
  const dir = await temporaryDirectory();
  const release = await lockDirectory(dir, (await fakeSandbox('a')).owner);
  expect(await readdir(dir)).toEqual(['lock']);
  await release();
  expect(await readdir(dir)).toEqual([]);
});

test.each(Array.from({ length: 20 }, (_, round) => round))(
  'of five sandboxes that start beside an abandoned lock, one gets the directory (round %i)',
  async (round) => {
    const dir = await directoryLockedBy({ port: 1, instance: 'killed' });
    const five = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => fakeSandbox(name)));
    const outcomes = await Promise.all(
      five.map(async ({ owner, serve }, index) => {
        for (let turn = 0; turn < (index * round) % 7; turn += 1)
          await new Promise((resolve) => void setImmediate(resolve));
        const outcome = await outcomeOf(lockDirectory(dir, owner));
        if (outcome === 'locked') serve();
        return outcome;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(1);
  },
);
