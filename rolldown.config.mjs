/** One CommonJS entry with what every run needs; everything else in chunks that are read when first used. No runtime dependencies. */
import { builtinModules } from 'node:module';
import { defineConfig } from 'rolldown';

export default defineConfig({
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
