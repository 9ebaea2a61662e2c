/** `npm run house`: the size of the house in one table. Functions are those with a body in braces; lines include comments and blank ones. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const root = fileURLToPath(new URL('..', import.meta.url));
const longestFile = 200;
const longestFunction = 40;

const rooms = ['src', 'test'].map((folder) => ({ folder, files: measured(folder) }));
console.log('| folder | files | lines | a file: median / p90 / longest | functions | a function: median / p90 / longest | any | as | ! |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const { folder, files } of rooms) {
  const functions = files.flatMap((file) => file.functions.map(({ lines }) => lines));
  const total = (of) => files.reduce((sum, file) => sum + of(file), 0);
  const cells = [folder, files.length, total((file) => file.lines), spread(files.map(({ lines }) => lines)), functions.length, spread(functions)];
  console.log(`| ${[...cells, total((file) => file.any), total((file) => file.as), total((file) => file.nonNull)].join(' | ')} |`);
}
const [sources] = rooms;
const breaches = [
  ...rooms.flatMap(({ files }) => files.filter(({ lines }) => lines > longestFile).map(({ path, lines }) => `${path} has ${lines} lines`)),
  ...sources.files.flatMap(({ path, functions }) => functions.filter(({ lines }) => lines > longestFunction).map(({ line, lines }) => `${path}:${line} has a function of ${lines} lines`)),
];
for (const breach of breaches) console.log(breach);
process.exitCode = breaches.length === 0 ? 0 : 1;

function measured(folder) {
  const names = readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  return names.sort().map((name) => measure(join(folder, name)));
}

function measure(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const file = { path, lines: lineOf(text, text.trimEnd().length), functions: [], any: 0, as: 0, nonNull: 0 };
  visit(parseSync(path, text).program, (node) => count(node, file, text));
  return file;
}

function count(node, file, text) {
  if (node.type === 'TSAnyKeyword') file.any += 1;
  if (node.type === 'TSNonNullExpression') file.nonNull += 1;
  if (node.type === 'TSAsExpression' && node.typeAnnotation.typeName?.name !== 'const') file.as += 1;
  if (node.body?.type !== 'BlockStatement' && node.body?.type !== 'FunctionBody') return;
  if (!/Function/.test(node.type)) return;
  const line = lineOf(text, node.start);
  file.functions.push({ line, lines: lineOf(text, node.end) - line + 1 });
}

function visit(node, see) {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (typeof child?.type === 'string') visit(child, see);
  }
}

function lineOf(text, offset) {
  return text.slice(0, offset).split('\n').length;
}

function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `${at(0.5)} / ${at(0.9)} / ${sorted.at(-1)}`;
}
