/**
 * npm run bench [-- part…] [--docs]: one table of what is measured, against what, and the target.
 * Parts: start, request, pack, deploy, memory, package; and check, which looks at the archives
 * instead of the clock. With --docs the table goes into docs/quality.md too.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measureDeploy, measureDeployMemory } from './deploy.mjs';
import { measurePacking } from './pack.mjs';
import { measurePackage } from './package.mjs';
import { measureRequest, measureStart } from './start.mjs';
import { checkRoundTrip } from './round-trip.mjs';

const parts = {
  start: measureStart,
  request: measureRequest,
  pack: () => measurePacking({ names: ['small', 'medium', 'large', 'tiny'] }),
  deploy: measureDeploy,
  memory: async () => [
    ...(await measurePacking({ names: ['large-50', 'large-2000'] })),
    ...(await measureDeployMemory()),
  ],
  package: measurePackage,
};

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const unknown = wanted.filter((word) => word !== 'check' && !(word in parts));
if (unknown.length > 0)
  throw new Error(
    `No such part: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}, check.`,
  );

process.stdout.write(`${heading()}\n\n`);
if (wanted.includes('check'))
  for (const line of await checkRoundTrip()) process.stdout.write(`${line}\n`);
const rows = [];
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const row of await measure()) {
    rows.push(row);
    process.stdout.write(`${lineOf(row)}\n`);
  }
}
if (words.includes('--docs')) writePage();

function heading() {
  const processors = cpus();
  return (
    `${processors.length} × ${processors[0].model.trim()}, ${process.platform}, ` +
    `Node ${process.versions.node}`
  );
}

/** Ratios are small numbers; other values have their unit in `against`. */
function isRatio({ against }) {
  return !against.endsWith('at most');
}

function valueText(row) {
  if (!isRatio(row)) return `${Math.round(row.value)} ${row.against.split(' ')[0]}`;
  const range =
    row.range === undefined ? '' : ` (${row.range.map((bound) => bound.toFixed(2)).join('–')})`;
  return `${row.value.toFixed(2)}×${range}`;
}

function targetText(row) {
  return isRatio(row)
    ? `≤ ${Number(row.target.toFixed(2))}×`
    : `≤ ${row.target} ${row.against.split(' ')[0]}`;
}

function verdict({ value, target }) {
  return value <= target ? 'met' : 'missed';
}

function lineOf(row) {
  const against = isRatio(row) ? row.against : '';
  return (
    `${row.what.padEnd(52)} ${against.padEnd(17)} ${valueText(row).padEnd(20)} ` +
    `${targetText(row).padEnd(10)} ${verdict(row).padEnd(7)} ${row.detail}`
  );
}

function writePage() {
  const path = join(import.meta.dirname, '../../docs/quality.md');
  const table = [
    `Medians of paired runs by \`npm run bench\` on ${heading()}.`,
    '',
    '| what | against | measured | target | |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      (row) =>
        `| ${row.what} | ${isRatio(row) ? row.against : ''} | ${valueText(row)} | ` +
        `${targetText(row)} | ${verdict(row)} |`,
    ),
  ];
  const page = readFileSync(path, 'utf8');
  const [start, end] = ['<!-- bench -->', '<!-- /bench -->'];
  if (!page.includes(start) || !page.includes(end))
    throw new Error(`docs/quality.md has no ${start} … ${end}.`);
  writeFileSync(
    path,
    `${page.slice(0, page.indexOf(start) + start.length)}\n${table.join('\n')}\n` +
      `${page.slice(page.indexOf(end))}`,
  );
}
