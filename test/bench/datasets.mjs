/**
 * Directories to measure packing with: text as bundlers write it (half of it minified programs, the
 * rest JSON, CSS and HTML), which gzip shrinks to about a third. The same bytes on every machine
 * and in every run.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from './random.mjs';

const mebi = 1024 * 1024;

/** Name → what it is made of. Sizes vary by file, evenly around the mean. */
export const datasets = {
  small: { title: '30 files, 0.6 MB', fileCount: 30, meanBytes: 20_000 },
  medium: { title: '3,000 files, 60 MB', fileCount: 3000, meanBytes: 20_000 },
  tiny: { title: '50,000 files of 1 kB', fileCount: 50_000, meanBytes: 1000 },
  large: { title: 'one file, 500 MB', fileCount: 1, meanBytes: 500_000_000 },
  // Only for memory: it must not grow with the size.
  'large-50': { title: 'one file, 50 MB', fileCount: 1, meanBytes: 50_000_000 },
  'large-2000': { title: 'one file, 2 GB', fileCount: 1, meanBytes: 2_000_000_000 },
};

/**
 * Creates a data set, unless it exists from an earlier run.
 * @returns its directory
 */
export function makeDataset(root, name) {
  const directory = join(root, name);
  if (existsSync(directory)) return directory;
  const unfinished = `${directory}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  const { fileCount, meanBytes } = datasets[name];
  const random = createRandom(fileCount);
  const pool = textPool(random);
  for (let index = 0; index < fileCount; index += 1) {
    const sizeBytes = fileCount === 1 ? meanBytes : Math.floor(meanBytes * (0.25 + 1.5 * random()));
    writeText({ path: join(unfinished, filePath(index, random)), sizeBytes, pool, random });
  }
  renameSync(unfinished, directory);
  return directory;
}

function filePath(index, random) {
  const surface = ['editor', 'layer', 'interactive', 'shared'][index % 4];
  const hash = Math.floor(random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0');
  return join(
    surface,
    'assets',
    `group-${Math.floor(index / 100)}`,
    `part-${index}.${hash}.${['js', 'js', 'json', 'css'][index % 4]}`,
  );
}

/**
 * Writes pieces of the pool in random order; the pool is far larger than the window of deflate, so
 * repeats don't help it.
 */
function writeText({ path, sizeBytes, pool, random }) {
  mkdirSync(dirname(path), { recursive: true });
  if (sizeBytes <= mebi) {
    const start = Math.floor(random() * (pool.length - sizeBytes));
    writeFileSync(path, pool.subarray(start, start + sizeBytes));
    return;
  }
  const descriptor = openSync(path, 'w');
  for (let left = sizeBytes; left > 0; left -= mebi) {
    const start = Math.floor(random() * (pool.length - mebi));
    writeSync(descriptor, pool, start, Math.min(mebi, left));
  }
  closeSync(descriptor);
}

function textPool(random) {
  const words = Array.from({ length: 4000 }, () => word(random));
  const pick = (skew) => words[Math.floor(random() ** skew * words.length)];
  const parts = [];
  for (let length = 0; length < 24 * mebi;) {
    const block = paragraphs[Math.floor(random() * paragraphs.length)];
    for (let line = 0; line < 40; line += 1) {
      const text = block(pick, random);
      parts.push(text);
      length += text.length;
    }
  }
  return Buffer.from(parts.join(''), 'latin1');
}

const number = (random) => Math.floor(random() ** 4 * 100_000);
const paragraphs = [
  (pick, random) =>
    `function ${pick(3)}(e,t){return e.${pick(2)}?t.${pick(2)}(e,${number(random)}):void 0===e.${pick(3)}&&${pick(3)}(t,"${pick(1)}")}`,
  (pick, random) =>
    `const ${pick(2)}=(0,${pick(3)}.${pick(2)})({${pick(2)}:!0,${pick(1)}:${number(random)},${pick(2)}:"${pick(1)} ${pick(2)} ${pick(3)}"});\n`,
  (pick, random) =>
    `  {"id":${number(random)},"${pick(4)}":"${pick(1)}","${pick(4)}":[${number(random)},${number(random)}],"updatedAt":"2026-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}"},\n`,
  (pick, random) =>
    `.${pick(2)}-${pick(3)}:hover{margin:${number(random) % 64}px;color:#${Math.floor(
      random() * 0xffffff,
    )
      .toString(16)
      .padStart(6, '0')};display:flex}\n`,
];

function word(random) {
  const syllables = [
    're',
    'der',
    'set',
    'on',
    'ta',
    'ble',
    'co',
    'lor',
    'pa',
    'th',
    'in',
    'dex',
    'el',
    'em',
    'ent',
    'sco',
    're',
    'ev',
    'qu',
    'x',
  ];
  return Array.from(
    { length: 1 + Math.floor(random() * 4) },
    () => syllables[Math.floor(random() * syllables.length)],
  ).join('');
}
