/** Packs the directory of its first argument into the file of its second, in its own process. */
import { packFiles } from '../../src/archive/pack.ts';
import { selectFiles } from '../../src/archive/select.ts';

async function pack(directory: string, outputPath: string): Promise<void> {
  const { signal } = new AbortController();
  const bundle = await packFiles(await selectFiles(directory, { signal }), {
    outputPath,
    allow: [],
    mtimeSeconds: 499_162_500,
    signal,
  });
  process.stdout.write(JSON.stringify(bundle));
}

void pack(process.argv[2] ?? '', process.argv[3] ?? '');
