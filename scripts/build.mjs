/**
 * Builds dist/: a CommonJS entry each for the command line and for the library, with what every run needs, and chunks that are read when they are first used. Beside it go the licences of
 * what is bundled, and meta.json, which tells tests what each chunk holds and loads.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import config, { declarations } from '../rolldown.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist');

const chunks = await write(config);
await write(declarations);
removeStale(chunks);
writeFileSync(join(folder, 'meta.json'), `${JSON.stringify(chunks.map(describe), null, 2)}\n`);
const packages = bundledPackages(chunks);
writeFileSync(
  join(root, 'THIRD-PARTY-LICENSES.txt'),
  packages.map(licenceText).join(`\n${'-'.repeat(80)}\n\n`),
);

const entry = chunks.find((chunk) => chunk.name === 'main');
const total = chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.code), 0);
console.log(
  `Built dist: entry ${kilobytes(Buffer.byteLength(entry.code))}, ${chunks.length - 1} chunks behind it, ${kilobytes(total)} in all, ${packages.length} packages bundled.`,
);

async function write({ output: outputOptions, ...inputOptions }) {
  const bundle = await rolldown({ ...inputOptions, cwd: root });
  const { output } = await bundle.write(outputOptions);
  await bundle.close();
  return output.filter((part) => part.type === 'chunk');
}

/** Chunks of earlier builds have other names. */
function removeStale(fresh) {
  const names = new Set(fresh.map((chunk) => chunk.fileName));
  for (const name of readdirSync(folder))
    if (name.endsWith('.js') && !names.has(name)) rmSync(join(folder, name));
}

function describe(chunk) {
  return {
    file: chunk.fileName,
    isEntry: chunk.isEntry,
    sizeBytes: Buffer.byteLength(chunk.code),
    imports: chunk.imports,
    dynamicImports: chunk.dynamicImports,
    modules: chunk.moduleIds.map((id) => relative(root, id)),
  };
}

/** Folders of the packages whose code is in the bundle, sorted by path. */
function bundledPackages(all) {
  const folders = new Set();
  for (const id of all.flatMap((chunk) => chunk.moduleIds)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'));
    if (found !== null && !id.startsWith('\0')) folders.add(found[1]);
  }
  return [...folders].sort();
}

function licenceText(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(path, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n') || `No licence file in the package; it declares: ${license}.`}\n`;
}

function kilobytes(count) {
  return `${Math.round(count / 1000)} kB`;
}
