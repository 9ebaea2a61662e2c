/** What commands print in a sandbox, in a terminal and with --json, for docs/commands/. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stable, withSandbox } from './sandbox.mjs';
import { runInTerminal } from './terminal.mjs';

/**
 * Command → command line that shows it, in the order in which they run; null: has no example. Other
 * commands are shown by the first example of their definition.
 */
const examples = [
  ['login', 'lumio login --with-token < key.txt'],
  ['whoami', 'lumio whoami'],
  ['profiles list', 'lumio profiles list'],
  ['init', 'lumio init -e my-scoreboard'],
  ['status', 'lumio status'],
  ['open', 'lumio open docs --print'],
  ['extensions list', 'lumio extensions list'],
  ['extensions get', 'lumio extensions get my-scoreboard'],
  ['extensions create', 'lumio extensions create --name "News Ticker" --pricing free'],
  ['extensions update', 'lumio extensions update news-ticker --visibility unlisted'],
  ['extensions delete', 'lumio extensions delete news-ticker --yes'],
  ['pack', 'lumio pack'],
  ['deploy', 'lumio deploy'],
  ['versions list', 'lumio versions list'],
  ['versions get', 'lumio versions get 1.2.0'],
  ['versions wait', 'lumio versions wait latest'],
  ['secrets set', 'printf %s "$TOKEN" | lumio secrets set FEED_TOKEN'],
  ['secrets list', 'lumio secrets list'],
  ['secrets import', 'lumio secrets import .env --prune --yes'],
  ['secrets delete', 'lumio secrets delete FEED_TOKEN --yes'],
  ['api', 'lumio api extensions/ext_01j9k2m3n4p5q6r7/secrets'],
  ['sandbox start', null],
  ['sandbox exec', null],
  ['completion', null],
  ['commands', null],
  ['help', 'lumio help exit-codes'],
];
const lastExample = ['logout', 'lumio logout'];

/** Wide enough that no line is wrapped or cut, however long the path of the directory is. */
const columns = 300;

const files = {
  'lumio.config.json': '{\n  "name": "Sports Scoreboard",\n  "version": "1.3.0"\n}\n',
  'CHANGELOG.md': '# Changelog\n\n## 1.3.0\n\nFixed score display for overtime games.\n',
  '.env': 'FEED_TOKEN=one\nAPI_KEY="two words"\n',
  'dist/index.html': '<!doctype html>\n<script src="layer.js"></script>\n',
  'dist/layer.js': 'document.title = "Scoreboard";\n',
};

/**
 * @param commands those of `lumio commands --json`
 * @returns command → `{ line, text, json }`
 */
export async function exampleOutputs(commands) {
  const listed = new Map([...examples, lastExample]);
  const others = commands
    .map(({ path, examples: [first] }) => [path.join(' '), first.command])
    .filter(([name]) => !listed.has(name));
  const known = [...examples, ...others, lastExample].filter(([, line]) => line !== null);
  const texts = await recordAll(known, (line, place) => runInTerminal(line, place).join('\n'));
  const documents = await recordAll(known, (line, { cwd, env }) =>
    execFileSync('sh', ['-c', `${line} --json`], { cwd, env, encoding: 'utf8', stdio: 'pipe' }),
  );
  return new Map(
    known.map(([name, line], index) => [
      name,
      { line, text: texts[index].trimEnd(), json: documents[index].trimEnd() },
    ]),
  );
}

function recordAll(known, record) {
  return withSandbox(
    (sandbox) => {
      const cwd = join(sandbox.directory, 'scoreboard');
      mkdirSync(join(cwd, 'dist'), { recursive: true });
      for (const [path, content] of Object.entries(files)) writeFileSync(join(cwd, path), content);
      const { LUMIO_API_KEY: key, ...others } = sandbox.env;
      writeFileSync(join(cwd, 'key.txt'), `${key}\n`);
      const env = { ...others, TOKEN: 'a token' };
      const place = { ...sandbox, cwd, env, columns };
      return known.map(([, line]) => stable(record(line, place), sandbox));
    },
    ['--review-after', '0s'],
  );
}
