/** One CommonJS entry with what every run needs; everything else in chunks that are read when first used. No runtime dependencies. */
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
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: [...builtinModules, /^node:/],
  transform: { target: 'node20.19' },
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    cleanDir: true,
    chunkFileNames: '[name]-[hash].js',
  },
});
