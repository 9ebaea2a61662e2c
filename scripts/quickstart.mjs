/** The README's first command: a sandbox, and one real deploy to it with the built binary, each step shown as it is typed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../bin/lumio.js', import.meta.url));
const project = fileURLToPath(new URL('../fixtures/extensions/scoreboard/', import.meta.url));

const sandbox = spawn(
  process.execPath,
  [binary, 'sandbox', 'start', '--port', '0', '--review-after', '2s', '--json'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
process.on('exit', () => sandbox.kill());

say('A sandbox is the whole Lumio API on this machine. Starting one:');
show('sandbox start');
const { url, apiKey } = await firstDocument(sandbox);
say(`It listens on ${url}, with an extension in it.`);

say('Who are we there, and what do we have?');
await lumio('whoami');
await lumio('extensions', 'list');

say('fixtures/extensions/scoreboard is a built extension. Deploy it and wait for the review:');
await lumio('deploy', '--wait', '1m');

say('The new version stands beside the old one:');
await lumio('versions', 'list');

say(
  'Done. Your own extension: "lumio login", "lumio init", "lumio deploy". The README tells the rest.',
);
sandbox.kill();

function say(text) {
  process.stdout.write(`\n${text}\n`);
}

function show(words) {
  process.stdout.write(`\n  $ lumio ${words}\n`);
}

async function lumio(...words) {
  show(words.join(' '));
  const env = { ...process.env, LUMIO_API_URL: url, LUMIO_API_KEY: apiKey };
  const child = spawn(process.execPath, [binary, ...words], {
    cwd: project,
    env,
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  process.exitCode = 1;
  throw new Error(`lumio ${words.join(' ')} ended with exit code ${code}.`);
}

/** The sandbox prints one JSON document when it is ready. */
async function firstDocument(child) {
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    try {
      return JSON.parse(printed);
    } catch {
      // Not whole yet.
    }
  }
  throw new Error('The sandbox ended before it was ready.');
}
