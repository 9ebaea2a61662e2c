/**
 * Mutation tests by directory: `npm run mutation`, or `npm run mutation -- project archive` for
 * some, or `-- api/retry.ts` for a file. Mutates a copy of the sources and runs the tests of the
 * directory. Prints a table, and the progress on stderr. Surviving and timed-out mutants are listed
 * in `node_modules/.cache/mutation/<directory>.txt`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const reports = join(root, 'node_modules/.cache/mutation');
const copied = [
  'bin',
  'src',
  'test',
  'fixtures',
  'package.json',
  'tsconfig.json',
  'vitest.config.mts',
  'vitest.mutation.config.mts',
  'stryker.config.json',
];

/** Directory → the files to mutate, and their tests in test/. */
const directories = {
  api: { mutate: 'src/api/**/*.ts', tests: 'api/**/*.test.ts' },
  archive: { mutate: 'src/archive/**/*.ts', tests: 'archive/**/*.test.ts' },
  project: { mutate: 'src/project/**/*.ts', tests: 'project/**/*.test.ts' },
  auth: { mutate: 'src/auth/**/*.ts', tests: 'auth/**/*.test.ts' },
  'terminal/view': { mutate: 'src/terminal/view.ts', tests: 'terminal/**/*.test.ts' },
};

const rows = [];
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(directories))
  rows.push(await mutate(name, directories[name] ?? fileOf(name)));
console.log(
  '| directory | mutants | killed | timed out | survived | not reached | score |\n' +
    '| --- | --- | --- | --- | --- | --- | --- |',
);
for (const row of rows) console.log(`| ${row.join(' | ')} |`);

/** Files such as `api/retry.ts,api/proxy.ts`, with the tests that are named after them. */
function fileOf(names) {
  const files = names.split(',').map((name) => name.replace(/\.ts$/, ''));
  return {
    mutate: files.map((name) => `src/${name}.ts`).join(','),
    tests: files.map((name) => `${name}?(.slow).test.ts`).join(','),
  };
}

async function mutate(name, { mutate: pattern, tests }) {
  const copy = mkdtempSync(join(tmpdir(), 'lumio-mutation-'));
  try {
    for (const path of copied)
      cpSync(join(root, path), join(copy, path), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (from) => !from.includes('/.partial'),
      });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const child = spawn(process.execPath, [stryker, 'run', '--inPlace', '--mutate', pattern], {
      cwd: copy,
      env: { ...process.env, LUMIO_MUTATED_TESTS: tests },
      stdio: ['ignore', 2, 'inherit'],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`Stryker ended with exit code ${code} in ${name}.`);
    return summary(
      name,
      JSON.parse(readFileSync(join(copy, 'reports/mutation/mutation.json'), 'utf8')),
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function summary(name, { files }) {
  const mutants = Object.entries(files).flatMap(([path, file]) =>
    file.mutants.map((mutant) => ({ ...mutant, path, source: file.source })),
  );
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, late, survived, unreached] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(
    count,
  );
  mkdirSync(reports, { recursive: true });
  // A mutant that times out counts as killed. On a busy machine that may be wrong, so they are
  // listed.
  const left = mutants.filter(
    ({ status }) => status === 'Survived' || status === 'NoCoverage' || status === 'Timeout',
  );
  writeFileSync(
    join(reports, `${name.replaceAll('/', '-')}.txt`),
    `${left.map(describe).join('\n')}\n`,
  );
  const valid = killed + late + survived + unreached;
  return [
    name,
    valid,
    killed,
    late,
    survived,
    unreached,
    `${((100 * (killed + late)) / valid).toFixed(1)} %`,
  ];
}

function describe({ path, location, status, mutatorName, replacement, source }) {
  const line = source.split('\n')[location.start.line - 1].trim();
  return (
    `${path}:${location.start.line}:${location.start.column} ${status} ${mutatorName}\n` +
    `    ${line}\n    → ${replacement}`
  );
}
