/** Starts a sandbox and deploys a fixture to it with the built binary, showing each command. */
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

say('Start a sandbox, a local server with the whole Lumio API:');
show('sandbox start');
const { url, apiKey } = await firstDocument(sandbox);
say(`It listens on ${url} and contains one extension.`);

say('Show the active key and your extensions:');
await lumio('whoami');
await lumio('extensions', 'list');

say('Deploy the built extension in fixtures/extensions/scoreboard and wait for the review:');
await lumio('deploy', '--wait', '1m');

say('List the versions:');
await lumio('versions', 'list');

say(
  'Done. For your own extension, run "lumio login", "lumio init" and "lumio deploy". ' +
    'The README explains each step.',
);
sandbox.kill('SIGINT');

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
  throw new Error(`lumio ${words.join(' ')} exited with code ${code}.`);
}

/** The sandbox prints one JSON document when it is ready. */
async function firstDocument(child) {
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    try {
      return JSON.parse(printed);
    } catch {
      // The document is incomplete.
    }
  }
  throw new Error('The sandbox ended before it was ready.');
}
