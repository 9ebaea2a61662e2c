/** How the sources become dist/: CommonJS, split where the sources say `import()`, nothing left to be installed. scripts/build.mjs runs it. */
import { builtinModules } from 'node:module';
import { defineConfig } from 'rolldown';

/** commander loads node:child_process at start, for subcommands that are programs of their own. There are none here, and it costs 2 ms. */
const leanCommander = {
  name: 'lean-commander',
  transform(code, id) {
    if (!id.endsWith('commander/lib/command.js')) return undefined;
    const lean = code.replace("const childProcess = require('node:child_process');", 'const childProcess = undefined;');
    if (lean === code) throw new Error('commander no longer loads node:child_process the way leanCommander knows.');
    return lean;
  },
};

export default defineConfig({
  plugins: [leanCommander],
  input: { main: 'src/main.ts', client: 'src/client/index.ts' },
  platform: 'node',
  external: [...builtinModules, /^node:/],
  transform: { target: 'node20.19' },
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    chunkFileNames: '[name]-[hash].js',
  },
});
