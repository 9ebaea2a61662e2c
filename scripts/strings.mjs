// Lists every string that users can see, by source file, for reviews of the language.
// `npm run strings -- 200 7` picks 200 of them at random; 7 is the seed.
import { readFileSync, readdirSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { createRandom } from '../test/bench/random.mjs';

const [sampleSize, seed = '1'] = process.argv.slice(2);

const withoutStrings = /^(Import|ExportAll|TS(?!As|Satisfies))/;
/** Prose has two words or is one capitalized word. Shell code and templates aren't prose. */
const isProse = (string) =>
  (/[A-Za-z]{2,} +\S*[A-Za-z…]/.test(string) || /^[A-Z][a-z]+\W?$/.test(string)) &&
  !/\$\(|\bfunction \w+|;;|\bif \[|--no-files|#compdef/.test(string);

/** The text of a literal, a template or a sum of them; undefined for anything else. */
function textOf(node) {
  if (node.type === 'Literal') return node.value;
  if (node.type === 'TemplateLiteral')
    return node.quasis.map(({ value }) => value.cooked).join('…');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left !== undefined && right !== undefined ? left + right : undefined;
}

function* stringsOf(node, parentKey) {
  if (Array.isArray(node)) for (const item of node) yield* stringsOf(item, parentKey);
  else if (node?.type && !withoutStrings.test(node.type)) {
    const text = parentKey === 'key' ? undefined : textOf(node);
    if (text !== undefined) yield [node.start, text];
    if (text !== undefined && node.type === 'BinaryExpression') return;
    for (const [key, child] of Object.entries(node)) yield* stringsOf(child, key);
  }
}

const found = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) => {
    const code = readFileSync(`src/${path}`, 'utf8');
    return [...stringsOf(parseAst(code, { lang: 'ts' }, path), '')]
      .filter(([, string]) => typeof string === 'string' && isProse(string))
      .map(([start, string]) => ({
        file: `src/${path}`,
        line: code.slice(0, start).split('\n').length,
        string,
      }));
  });

const random = createRandom(Number(seed));
const listed =
  sampleSize === undefined
    ? found
    : found
        .map((entry) => ({ entry, rank: random() }))
        .sort((a, b) => a.rank - b.rank)
        .slice(0, Number(sampleSize))
        .map(({ entry }) => entry)
        .sort((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)));

let lastFile = '';
for (const { file, line, string } of listed) {
  if (file !== lastFile) console.log(`\n${file}`);
  lastFile = file;
  console.log(`${String(line).padStart(4)}  ${JSON.stringify(string)}`);
}
console.log(`\n${listed.length} strings`);
