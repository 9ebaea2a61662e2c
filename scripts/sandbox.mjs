/** A sandbox, a project and a shell environment for scripts that show what lumio prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));
export const binary = process.env.LUMIO_TEST_BIN ?? join(root, 'bin/lumio.js');

const fixedClock = {
  NODE_OPTIONS: `--require ${JSON.stringify(join(root, 'scripts/fixed-clock.cjs'))}`,
  EXAMPLE_CLOCK_OFFSET_MS: String(Date.parse('2026-11-10T12:00:00Z') - Date.now()),
};

/**
 * @param use gets `directory` (temporary), `env` (with `lumio` in PATH and the sandbox's key) and
 * `url`
 */
export async function withSandbox(use, options = []) {
  // Commands print real paths, and stable() replaces them.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lumio-docs-')));
  const sandbox = spawn(
    process.execPath,
    [binary, 'sandbox', 'start', '--port', '0', '--rate-limit', 'off', '--json', ...options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: directory,
      env: { ...process.env, ...fixedClock },
    },
  );
  try {
    const [output] = await once(sandbox.stdout, 'data');
    const { url, apiKey } = JSON.parse(String(output));
    const programs = join(directory, 'bin');
    mkdirSync(programs);
    const script = `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`;
    writeFileSync(join(programs, 'lumio'), script, { mode: 0o755 });
    const env = {
      PATH: `${programs}:${process.env.PATH}`,
      HOME: directory,
      LUMIO_CONFIG_DIR: join(directory, '.config/lumio'),
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      LUMIO_API_URL: url,
      LUMIO_API_KEY: apiKey,
      ...fixedClock,
    };
    return await use({ directory, env, url });
  } finally {
    sandbox.kill('SIGINT');
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What differs from run to run, replaced by values of the same form. */
export function stable(text, { directory, url } = {}) {
  const paths = directory === undefined ? text : text.replaceAll(directory, '/home/me');
  return (url === undefined ? paths : paths.replaceAll(new URL(url).host, '127.0.0.1:48100'))
    .replaceAll(/\bver_[0-9a-z]{16}\b/g, 'ver_dq4mqt7mmq46bh6n')
    .replaceAll(/\bext_(?!01j9k2m3n4p5q6r7)[0-9a-z]{16}\b/g, 'ext_6n4kq8w2d7m9x3c5')
    .replaceAll(/\breq_[0-9a-z]{16}\b/g, 'req_8ph4bbn8vny7sm8y')
    .replaceAll(
      // The gzip bytes depend on the version of zlib; the tar inside doesn't.
      /(?<!tarSha256\W+)\b[0-9a-f]{64}\b/g,
      '466b18aa5066479dc50695ab3912612a3960373c834fa39d0cabfb7b37f885ee',
    )
    .replaceAll(/\b\d+(\.\d+)? s\b/g, '2 s')
    .replaceAll(/\b\d+ seconds? ago/g, 'just now')
    .replaceAll(
      /\b20(2[6-9]|[3-9]\d)-(?!01-15|04-0)\d\d-\d\d \d\d:\d\d UTC/g,
      '2026-05-01 12:00 UTC',
    )
    .replaceAll(/\bNode\.js \d+\.\d+\.\d+ \(\w+\)/g, 'Node.js 22.11.0 (linux)')
    .replaceAll(/"node": "[\d.]+"/g, '"node": "22.11.0"')
    .replaceAll(/"platform": "\w+"/g, '"platform": "linux"')
    .replaceAll(
      /\b20(2[6-9]|[3-9]\d)-(?!01-15|04-0)\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g,
      '2026-05-01T12:00:00Z',
    );
}
