/**
 * How the sources become dist/, run by scripts/build.mjs: the command line and the library in
 * CommonJS, which share chunks; the library in ESM; its types. Nothing is left to be installed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { dts } from 'rolldown-plugin-dts';
import sbom from 'rollup-plugin-sbom';
import { isLazyBuiltin, lazyBuiltins } from './scripts/lazy-builtins.mjs';
import { isReplaced, leanPackages } from './scripts/lean-packages.mjs';

/**
 * commander loads node:child_process at start, for subcommands that are separate programs.
 * There are none here; leaving it out saves 3 ms.
 */
const leanCommander = {
  name: 'lean-commander',
  transform(code, id) {
    if (!id.endsWith('commander/lib/command.js')) return undefined;
    const lean = code.replace(
      "const childProcess = require('node:child_process');",
      'const childProcess = undefined;',
    );
    if (lean === code)
      throw new Error('commander no longer loads node:child_process the way leanCommander knows.');
    return lean;
  },
};

/**
 * When it is loaded, string-width compiles a list of all emoji (50 ms) and creates a segmenter (14
 * ms). Text in ASCII needs neither, and without one of these characters a text has no emoji
 * (Unicode Technical Standard 51).
 */
const lazyStringWidth = {
  name: 'lazy-string-width',
  transform(code, id) {
    if (!id.replaceAll('\\', '/').endsWith('string-width/index.js')) return undefined;
    return [
      [
        String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
        String.raw`
let rgiEmoji;
const mayBeEmoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u20E3]/u;
const rgiEmojiRegex = {
  test: (text) =>
    mayBeEmoji.test(text) && (rgiEmoji ??= new RegExp('^\\p{RGI_Emoji}$', 'v')).test(text),
};`,
      ],
      [
        'const segmenter = new Intl.Segmenter();',
        `
let created;
const segmenter = { segment: (text) => (created ??= new Intl.Segmenter()).segment(text) };`,
      ],
    ].reduce((text, [eager, lazy]) => {
      if (!text.includes(eager))
        throw new Error('string-width no longer has what lazyStringWidth makes lazy.');
      return text.replace(eager, () => lazy);
    }, code);
  },
};

/** V8 reads a file of ASCII characters a third faster. */
const asciiOutput = {
  name: 'ascii-output',
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle).filter(({ type }) => type === 'chunk')) {
      if (/\braw`[^`]*[^\0-\x7F`]/.test(part.code))
        throw new Error(`${part.fileName} has a raw template with other characters than ASCII.`);
      part.code = part.code.replaceAll(
        /[^\0-\x7F]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/** `import text from './file?raw'`, as vitest has it. */
const rawText = {
  name: 'raw-text',
  resolveId: (id, importer) => (id.endsWith('?raw') ? join(dirname(importer), id) : null),
  load: (id) =>
    id.endsWith('?raw')
      ? {
          code: `export default ${JSON.stringify(readFileSync(id.slice(0, -'?raw'.length), 'utf8'))};`,
          moduleType: 'js',
        }
      : null,
};

/**
 * Imports of node:process become the global: the interop of an import reads every property, and
 * reading `process.title` ends Node 22 on Windows if there is no console.
 */
const globalProcess = {
  name: 'global-process',
  resolveId(module, _importer, { kind }) {
    if (module !== 'node:process') return null;
    return kind === 'require-call' ? { id: module, external: true } : '\0process';
  },
  load: (id) => (id === '\0process' ? 'export default process;' : null),
};

/**
 * What is always read together is in one file, as each further one costs a start 0.3 ms. The
 * first that fits takes a module, and with it what only it needs.
 */
const root = `${import.meta.dirname.replaceAll('\\', '/')}/`;
function sources(...names) {
  const missing = names.filter((name) => !existsSync(root + name));
  if (missing.length > 0) throw new Error(`No such source: ${missing.join(', ')}.`);
  return (id) => names.some((name) => id.replaceAll('\\', '/') === root + name);
}
const either =
  (...tests) =>
  (id) =>
    tests.some((test) => test(id));
const groups = [
  // All that the library loads at once.
  {
    name: 'base',
    test: either(
      (id) => /^\0(?:lazy:|rolldown\/runtime)/.test(id),
      sources(
        'package.json',
        'src/errors.ts',
        'src/api/api-url.ts',
        'src/shared/object.ts',
        'src/shared/async.ts',
      ),
    ),
  },
  // What the command line and the library share, or the command line and what it loads later.
  {
    name: 'foundation',
    test: sources(
      'src/terminal/redact.ts',
      'src/cli/early-options.ts',
      'src/cli/stdio.ts',
      'src/shared/shell-quote.ts',
      'src/shared/paths.ts',
      'src/cli/command.ts',
      'src/deploy/steps.ts',
      'src/shared/semver.ts',
      'src/cli/global-options.ts',
      'src/shared/quantities.ts',
      'src/shared/json.ts',
      'src/auth/credentials.ts',
      'src/project/follow-up.ts',
      'src/project/target.ts',
      'src/terminal/printable.ts',
      'src/terminal/detect.ts',
      'src/terminal/style.ts',
    ),
  },
  { name: 'commands', test: sources('src/cli/help.ts', 'src/commands/index.ts') },
  { name: 'program', test: sources('src/cli/parse.ts') },
  // What each command asks of the directory and the environment, and prints its result with.
  {
    name: 'execution',
    test: sources(
      'src/cli/execute.ts',
      'src/terminal/render.ts',
      'src/terminal/progress.ts',
      'src/project/manifest.ts',
      'src/input/json.ts',
      'src/auth/store.ts',
    ),
  },
  {
    name: 'packing',
    test: sources('src/deploy/pack.ts', 'src/archive/pack.ts', 'src/archive/tar.ts'),
  },
  // The stored keys are checked by it too, without a request.
  { name: 'validation', test: (id) => /[\\/]valibot[\\/]/.test(id) },
  {
    name: 'request',
    test: sources('src/api/client.ts', 'src/api/errors.ts', 'src/api/schemas.ts'),
  },
  {
    name: 'deploying',
    test: sources('src/deploy/deploy.ts', 'src/deploy/review.ts', 'src/project/version.ts'),
  },
].map((group, index, all) => ({ ...group, priority: all.length - index }));

/** Which packages are in the bundle, in CycloneDX form: dist/sbom.json. */
const billOfMaterials = sbom({
  outDir: '',
  outFilename: 'sbom',
  outFormats: ['json'],
  includeWellKnown: false,
  generateSerial: false,
  saveTimestamp: false,
  beforeCollect: (bom) => bom.metadata.tools.tools.clear(),
});

const library = { client: 'src/library/index.ts', sandbox: 'src/library/sandbox.ts' };

/** Names of classes are part of printed errors. */
const keepNames = { class: true, function: false };
const minify = { mangle: { keepNames }, compress: { keepNames } };

const common = {
  checks: { pluginTimings: false },
  platform: 'node',
  transform: { target: 'node20.19' },
  onLog: (level, log, handle) =>
    log.plugin === 'rollup-plugin-sbom' ? undefined : handle(level, log),
};

/** The types of the library as one file per entry. */
export const declarations = defineConfig({
  ...common,
  plugins: [dts({ emitDtsOnly: true, oxc: true })],
  input: library,
  external: isBuiltin,
  output: { dir: 'dist', format: 'esm' },
});

export const esmLibrary = defineConfig({
  ...common,
  // Bundlers of users may have no `require` for the packages that call it.
  plugins: [
    esmExternalRequirePlugin({
      external: builtinModules.flatMap((name) => [name, `node:${name}`]),
    }),
    globalProcess,
  ],
  input: library,
  output: {
    dir: 'dist/esm',
    format: 'esm',
    minify,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  },
});

export default defineConfig({
  ...common,
  plugins: [
    leanCommander,
    lazyStringWidth,
    globalProcess,
    leanPackages,
    lazyBuiltins,
    rawText,
    asciiOutput,
    billOfMaterials,
  ],
  input: { main: 'src/main.ts', client: 'src/library/index.ts', sandbox: 'src/library/sandbox.ts' },
  external: (module, importer) =>
    isBuiltin(module) &&
    module !== 'node:process' &&
    !isReplaced(module, importer) &&
    !isLazyBuiltin(module, importer),
  output: {
    dir: 'dist',
    format: 'cjs',
    minify,
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
  },
});
