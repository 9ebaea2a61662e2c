/** Who gets a data folder, whoever else is there, and in whatever order they come. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { instanceHeader, lockFolder, type Owner, startingStatus } from '../../src/sandbox/lock.ts';
import { afterwards } from '../support/afterwards.ts';
import { startRawServer } from '../support/servers/scripted-server.ts';
import { temporaryFolder } from './start.ts';

interface Contender {
  readonly owner: Owner;
  /** From now on it has its folder. */
  serve(): void;
  stop(): Promise<void>;
}

/** @param word that it answers with, its instance unless given */
async function contender(instance: string, word = instance): Promise<Contender> {
  let status: number = startingStatus;
  const server = await startRawServer((_, response) =>
    response.writeHead(status, { [instanceHeader]: word }).end(),
  );
  afterwards(server.close);
  return {
    owner: { port: server.port, instance },
    serve: () => (status = 404),
    stop: server.close,
  };
}

/** A folder in which they have put their locks, and nothing more. */
async function folderOf(...owners: readonly Owner[]): Promise<string> {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'locks'));
  for (const { port, instance } of owners)
    await writeFile(join(dir, 'locks', `${port}-${instance}`), '');
  return dir;
}

/** Late by as many turns of the event loop. */
async function late(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1)
    await new Promise((resolve) => void setImmediate(resolve));
}

async function settled(locking: Promise<() => Promise<void>>): Promise<'held' | 'refused'> {
  return locking.then(
    () => 'held' as const,
    () => 'refused' as const,
  );
}

test('one that serves keeps its folder', async () => {
  const holder = await contender('a');
  holder.serve();
  const dir = await folderOf(holder.owner);
  await expect(lockFolder(dir, (await contender('b')).owner)).rejects.toMatchObject({
    kind: 'refused',
    problem: {
      code: 'sandbox_data_in_use',
      message: expect.stringContaining(`:${holder.owner.port}.`),
    },
  });
  expect(await readdir(join(dir, 'locks'))).toEqual([`${holder.owner.port}-a`]);
});

test.each([
  ['is gone', async ({ stop }: Contender) => stop(), 'held'],
  ['has its folder after all', async ({ serve }: Contender) => serve(), 'refused'],
] as const)(
  'of two that start, the first by name waits until the other %s: %s',
  async (_what, becomes, outcome) => {
    const both = [await contender('x'), await contender('y')].toSorted((one, other) =>
      `${one.owner.port}` < `${other.owner.port}` ? -1 : 1,
    );
    const [first, other] = both;
    if (first === undefined || other === undefined) throw new Error('There are two.');
    const dir = await folderOf(first.owner, other.owner);
    expect(await settled(lockFolder(dir, other.owner))).toBe('refused');
    await writeFile(join(dir, 'locks', `${other.owner.port}-${other.owner.instance}`), '');
    const locking = settled(lockFolder(dir, first.owner));
    await late(20);
    await becomes(other);
    expect(await locking).toBe(outcome);
  },
);

test('a file in place of the locks is refused, naming it', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'locks'), '');
  await expect(lockFolder(dir, (await contender('a')).owner)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(join(dir, 'locks')),
  });
});

test('one that answers with another word is gone', async () => {
  const dir = await folderOf((await contender('a', 'another')).owner);
  expect(await settled(lockFolder(dir, (await contender('b')).owner))).toBe('held');
});

test.each(Array.from({ length: 20 }, (_, round) => round))(
  'of five at once beside one that is gone, one gets the folder (round %i)',
  async (round) => {
    const dir = await folderOf({ port: 1, instance: 'gone' });
    const five = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => contender(name)));
    const outcomes = await Promise.all(
      five.map(async ({ owner, serve }, index) => {
        await late((index * round) % 7);
        const outcome = await settled(lockFolder(dir, owner));
        if (outcome === 'held') serve();
        return outcome;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
  },
);
