/**
 * Builds dist/ with rolldown.config.mjs. Adds the licenses of the bundled packages, and meta.json,
 * which lists for tests what each chunk contains and loads.
 */
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import main, { declarations, esmLibrary } from '../rolldown.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = join(root, 'dist');

const [chunks, esmChunks, types] = await Promise.all([main, esmLibrary, declarations].map(write));
removeStale(directory, chunks);
removeStale(join(directory, 'esm'), esmChunks);
// CommonJS and ESM need declarations in their own formats.
for (const { fileName } of types)
  copyFileSync(
    join(directory, fileName),
    join(directory, 'esm', fileName.replace('.d.ts', '.d.mts')),
  );
writeFileSync(join(directory, 'meta.json'), `${JSON.stringify(chunks.map(describe), null, 2)}\n`);
const packages = bundledPackages(chunks);
writeFileSync(
  join(root, 'THIRD-PARTY-LICENSES.txt'),
  packages.map(licenseText).join(`\n${'-'.repeat(80)}\n\n`),
);

const entry = chunks.find((chunk) => chunk.name === 'main');
const total = chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.code), 0);
console.log(
  `Built dist: entry ${kilobytes(Buffer.byteLength(entry.code))}, ` +
    `${chunks.length - 1} chunks behind it, ${kilobytes(total)} in all, ` +
    `${packages.length} packages bundled.`,
);

async function write({ output: outputOptions, ...inputOptions }) {
  const bundle = await rolldown({ ...inputOptions, cwd: root });
  const { output } = await bundle.write(outputOptions);
  await bundle.close();
  return output.filter((part) => part.type === 'chunk');
}

/** Chunks of earlier builds have other names. */
function removeStale(outDir, fresh) {
  const names = new Set(fresh.map((chunk) => chunk.fileName));
  for (const name of readdirSync(outDir))
    if (/\.m?js$/.test(name) && !names.has(name)) rmSync(join(outDir, name));
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

/** Directories of the bundled packages, sorted by path. */
function bundledPackages(all) {
  const directories = new Set();
  for (const id of all.flatMap((chunk) => chunk.moduleIds)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'));
    if (found !== null && !id.startsWith('\0')) directories.add(found[1]);
  }
  return [...directories].sort();
}

/** Section 3.2 of the MPL asks for a pointer to the source; the others get one too. */
function licenseText(path) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8'),
  );
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(path, file), 'utf8').trim());
  if (texts.length === 0) texts.push(`No license file in the package; it declares: ${license}.`);
  const page = repository?.url ?? repository ?? `https://www.npmjs.com/package/${name}`;
  const source = `Source: ${page}`;
  return `${[`${name} ${version} (${license})\n${source}`, ...texts].join('\n\n')}\n`;
}

function kilobytes(count) {
  return `${Math.round(count / 1000)} kB`;
}
