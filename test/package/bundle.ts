/** The chunks of the build (dist/meta.json), and what each one loads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const Chunk = v.object({
  file: v.string(),
  isEntry: v.boolean(),
  sizeBytes: v.number(),
  imports: v.array(v.string()),
  dynamicImports: v.array(v.string()),
  modules: v.array(v.string()),
});
type Chunk = v.InferOutput<typeof Chunk>;

export const chunks = v.parse(
  v.array(Chunk),
  JSON.parse(readFileSync(join(import.meta.dirname, '../../dist/meta.json'), 'utf8')),
);

/** The chunk that contains a module. */
export function chunkWith(module: string): Chunk {
  const found = chunks.find(({ modules }) => modules.includes(module));
  if (found === undefined) throw new Error(`No chunk contains ${module}.`);
  return found;
}

/** A chunk and what it loads, immediately or also lazily. */
export function reachedFrom(first: Chunk, how: 'at once' | 'ever'): readonly Chunk[] {
  const reached = new Set([first]);
  for (const chunk of reached) {
    const next = how === 'at once' ? chunk.imports : [...chunk.imports, ...chunk.dynamicImports];
    for (const file of next) {
      const found = chunks.find((candidate) => candidate.file === file);
      if (found !== undefined) reached.add(found);
    }
  }
  return [...reached];
}

/** Names of the packages in chunks, sorted. */
export function packagesIn(some: readonly Chunk[]): readonly string[] {
  const names = some.flatMap(({ modules }) =>
    modules.flatMap((module) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? []),
  );
  return [...new Set(names)].sort();
}
