/**
 * Archives of all data sets unpack to the same files with tar, and are equal for any number of
 * threads.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { datasets, makeDataset } from './datasets.mjs';
import { binary, cleanEnvironment, seconds } from './pairs.mjs';

const names = ['small', 'medium', 'tiny', 'large'];

/** @returns one line per data set; a difference is an error */
export async function checkRoundTrip({ root = join(tmpdir(), 'lumio-bench') } = {}) {
  mkdirSync(root, { recursive: true });
  const lines = [];
  for (const name of names) lines.push(await roundTrip(root, name));
  return lines;
}

async function roundTrip(root, name) {
  const directory = makeDataset(root, name);
  const archive = join(root, 'round-trip.tar.gz');
  const unpacked = join(root, 'round-trip');
  const hashes = new Set();
  for (const threads of ['4', '4', '1', '8']) {
    rmSync(archive, { force: true });
    seconds(process.execPath, [binary, 'pack', directory, '-o', archive, '--quiet'], {
      env: { ...cleanEnvironment, UV_THREADPOOL_SIZE: threads },
    });
    hashes.add(await sha256(archive));
  }
  if (hashes.size !== 1)
    throw new Error(`${datasets[name].title}: four runs gave ${hashes.size} different archives.`);
  execFileSync('gzip', ['-t', archive]);
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  execFileSync('tar', ['xzf', archive, '-C', unpacked]);
  execFileSync('diff', ['-r', directory, unpacked]);
  rmSync(unpacked, { recursive: true });
  rmSync(archive);
  return (
    `${datasets[name].title}: twice, with 1 and with 8 threads the same bytes ` +
    `(${[...hashes][0].slice(0, 12)}…), which gzip and tar read as what was packed`
  );
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
