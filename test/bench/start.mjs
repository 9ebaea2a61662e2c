/** The start-up of commands and a simple request as a process, against an empty Node script. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, cleanEnvironment, comparePairs, seconds } from './pairs.mjs';
import { startSandbox } from './servers.mjs';

const against = 'node -e 0';
const bareNode = () => seconds(process.execPath, ['-e', '0']);

const requestTarget = Number(process.versions.node.split('.')[0]) < 22 ? 3.3 : 2.8;
/** The extension that the sandbox starts with. */
const listing = [binary, 'versions', 'list', '--extension', 'ext_01j9k2m3n4p5q6r7', '--json'];

export function measureStart({ pairs = 41 } = {}) {
  const targets = { '--version': 1.45, '--help': 1.6 };
  return Object.entries(targets).map(([option, target]) => ({
    what: `lumio ${option}`,
    against,
    target,
    ...comparePairs({
      ours: () => seconds(process.execPath, [binary, option]),
      theirs: bareNode,
      pairs,
    }),
  }));
}

export async function measureRequest({ pairs = 31 } = {}) {
  const sandbox = await startSandbox();
  const home = mkdtempSync(join(tmpdir(), 'lumio-bench-home-'));
  const stored = { ...cleanEnvironment, LUMIO_API_URL: sandbox.url, LUMIO_CONFIG_DIR: home };
  try {
    const login = spawnSync(process.execPath, [binary, 'login', '--with-token'], {
      env: stored,
      input: `${sandbox.key}\n`,
      encoding: 'utf8',
    });
    if (login.status !== 0) throw new Error(`lumio login failed: ${login.stderr}`);
    const listed = (env) =>
      comparePairs({
        ours: () => seconds(process.execPath, listing, { env }),
        theirs: bareNode,
        pairs,
      });
    return [
      {
        what: 'lumio versions list --json, key in the environment',
        against,
        target: requestTarget,
        ...listed(sandbox.env),
      },
      {
        what: 'lumio versions list --json, stored key',
        against,
        target: requestTarget + 0.4,
        ...listed(stored),
      },
    ];
  } finally {
    sandbox.stop();
    rmSync(home, { recursive: true });
  }
}
