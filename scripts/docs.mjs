/** Writes docs/ from what lumio tells of itself (`lumio commands --json`). With --check it only says what has drifted. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const binary = process.env.LUMIO_TEST_BIN ?? join(root, 'bin/lumio.js');
const tree = JSON.parse(
  execFileSync(process.execPath, [binary, 'commands', '--json'], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  }),
);
const remark =
  '<!-- Made by "npm run docs" from the definitions in src/commands: change those. -->';

const pages = new Map([
  ['commands.md', commandsPage()],
  ['environment.md', environmentPage()],
  ['exit-codes.md', exitCodesPage()],
  ['json.md', jsonPage()],
  ...tree.commands.map((command) => [`commands/${fileName(command)}`, commandPage(command)]),
]);
if (process.argv.includes('--check')) check();
else write();

function write() {
  rmSync(join(root, 'docs/commands'), { recursive: true, force: true });
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(root, 'docs', path)), { recursive: true });
    writeFileSync(join(root, 'docs', path), text);
  }
}

function check() {
  const there = readdirSync(join(root, 'docs/commands')).map((name) => `commands/${name}`);
  const drifted = [...pages].filter(([path, text]) => read(path) !== text).map(([path]) => path);
  const stale = there.filter((path) => !pages.has(path));
  if (drifted.length + stale.length === 0) return;
  console.error(`docs/ has drifted: ${[...drifted, ...stale].join(', ')}. Run "npm run docs".`);
  process.exitCode = 1;
}

function read(path) {
  try {
    return readFileSync(join(root, 'docs', path), 'utf8');
  } catch {
    return undefined;
  }
}

function commandsPage() {
  const rows = tree.commands.map((command) => [
    `[\`lumio ${command.path.join(' ')}\`](commands/${fileName(command)})`,
    escaped(command.summary),
  ]);
  const aliases = tree.groups.flatMap(({ name, aliases }) =>
    aliases.map((alias) => `\`lumio ${alias}\` is \`lumio ${name}\``),
  );
  return page('Commands', [
    table(['Command', 'What it does'], rows),
    aliases.length === 0 ? '' : `${aliases.join('; ')}.`,
    '## Options of every command\n\nThey may stand before or after the command.',
    `${optionTable(tree.options)}\n| \`-h, --help\` | examples and options of the command |\n| \`-V, --version\` | version of lumio; after \`deploy\` and \`pack\` only \`-V\` |`,
    'See also: [environment variables](environment.md), [exit codes](exit-codes.md), [JSON documents](json.md).',
  ]);
}

function commandPage(command) {
  return page(`lumio ${command.path.join(' ')}`, [
    `${escaped(command.summary)}.`,
    code(
      'sh',
      command.examples.map(({ command: line, text }) => `# ${text}\n${line}`).join('\n\n'),
    ),
    `## Usage\n\n${code('text', [command.usage, ...command.aliases.map((alias) => `${alias} …`)].join('\n'))}`,
    command.details === undefined ? '' : escaped(command.details),
    command.args.length === 0
      ? ''
      : `## Arguments\n\n${table(
          ['Argument', 'Meaning'],
          command.args.map((spec) => [inCode(spec.flags), meaningOf(spec)]),
        )}`,
    command.options.length === 0 ? '' : `## Options\n\n${optionTable(command.options)}`,
    'The [options of every command](../commands.md#options-of-every-command) come on top.',
    `## JSON\n\nWith \`--json\`:\n\n${code('text', command.json)}`,
    `## Exit codes\n\n${table(['Code', 'Meaning'], exitCodeRows([...command.errors, ...tree.errors]))}`,
  ]);
}

/** One row per code. */
function exitCodeRows(errors) {
  const byCode = new Map();
  for (const { exitCode, meaning } of errors)
    byCode.set(exitCode, [...(byCode.get(exitCode) ?? []), meaning]);
  const rows = [...byCode]
    .sort(([left], [right]) => left - right)
    .map(([exitCode, meanings]) => [String(exitCode), escaped(meanings.join('; '))]);
  return [['0', 'done'], ...rows];
}

function environmentPage() {
  const rows = tree.environment.map(({ name, meaning, option }) => [
    inCode(name),
    escaped(meaning),
    option === undefined ? '' : inCode(option),
  ]);
  return page('Environment variables', [
    'An option that is written counts before its variable. A variable that is empty counts as not set.',
    table(['Variable', 'Meaning', 'Option'], rows),
  ]);
}

function exitCodesPage() {
  const rows = tree.exitCodes.map(({ code: number, meanings }) => [
    String(number),
    escaped(meanings.join('; ')),
  ]);
  return page('Exit codes', [table(['Code', 'Meaning'], rows)]);
}

function jsonPage() {
  return page('JSON documents', [
    'With `--json`, stdout holds exactly one document. Answers of the API come key for key, nulls and unknown keys included; what lumio knows stands beside them. `--query` picks a part of it with a JMESPath expression.',
    'An error is one document on stderr, and stdout stays empty:',
    code(
      'text',
      '{"error": {"code", "message", "status", "hint"?, "next"?, "requestId"?, "retryAfterSeconds"?}}',
    ),
    ...tree.commands.map(
      (command) => `## lumio ${command.path.join(' ')}\n\n${code('text', command.json)}`,
    ),
  ]);
}

function optionTable(options) {
  return table(
    ['Option', 'Meaning'],
    options.map((spec) => [inCode(spec.flags), meaningOf(spec)]),
  );
}

function meaningOf(spec) {
  const notes = [
    spec.choices === undefined ? '' : `one of ${spec.choices.map(inCode).join(', ')}`,
    ...(spec.aliases ?? []).map((alias) => `also ${inCode(alias)}`),
    spec.env === undefined ? '' : `environment: ${inCode(spec.env)}`,
  ].filter((note) => note !== '');
  return escaped(spec.description) + (notes.length === 0 ? '' : ` (${notes.join('; ')})`);
}

function fileName({ path }) {
  return `${path.join('-')}.md`;
}

function page(title, parts) {
  return `${[remark, `# ${title}`, ...parts].filter((part) => part !== '').join('\n\n')}\n`;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function code(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** A bar would end the cell, also within code. */
function inCode(text) {
  return `\`${text.replaceAll('|', String.raw`\|`)}\``;
}

function escaped(text) {
  return text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('*', String.raw`\*`);
}
