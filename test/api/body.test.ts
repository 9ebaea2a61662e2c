import { appendFile, readdir, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipartBody, type Part } from '../../src/api/body.ts';
import { problemOf } from './support.ts';
import { temporaryDirectory } from '../support/project.ts';

let directory: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
});

async function bytesOf(
  parts: readonly Part[],
): Promise<{ bytes: Buffer; contentType: string; sizeBytes: number; progress: number[] }> {
  const body = multipartBody(parts);
  if ('bytes' in body) throw new Error('a form is streamed');
  const chunks: Buffer[] = [];
  const progress: number[] = [];
  // Copied, since a buffer is filled again once the next chunk was asked for.
  for await (const chunk of body.open((sentBytes) => progress.push(sentBytes)))
    chunks.push(Buffer.from(chunk));
  return {
    bytes: Buffer.concat(chunks),
    contentType: body.contentType,
    sizeBytes: body.sizeBytes,
    progress,
  };
}

async function fileOf(name: string, bytes: Buffer): Promise<Part & { path: string }> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return {
    name: 'bundle',
    path,
    sizeBytes: bytes.length,
    fileName: 'bundle.tar.gz',
    contentType: 'application/gzip',
  };
}

describe('read by the form parser of Node', () => {
  test.each([0, 1, 512 * 1024, 512 * 1024 + 1, 3_000_000])(
    'a file of %i bytes arrives with its fields',
    async (sizeBytes) => {
      const content = Buffer.from(
        Array.from({ length: sizeBytes }, (_, index) => (index * 7 + (index >> 9)) & 255),
      );
      const file = await fileOf(`b${sizeBytes}`, content);
      const sent = await bytesOf([
        { name: 'version', value: '1.3.0-ß+ü' },
        { name: 'changelog', value: 'line\r\n"two"\n--x' },
        file,
      ]);
      expect(sent.bytes.length).toBe(sent.sizeBytes);
      expect(sent.progress.at(-1)).toBe(sent.sizeBytes);
      const form = await new Response(sent.bytes, {
        headers: { 'content-type': sent.contentType },
      }).formData();
      expect(form.get('version')).toBe('1.3.0-ß+ü');
      expect(form.get('changelog')).toBe('line\r\n"two"\n--x');
      const bundle = form.get('bundle');
      if (!(bundle instanceof Blob)) throw new Error('no file arrived');
      expect([bundle.name, bundle.type]).toEqual(['bundle.tar.gz', 'application/gzip']);
      expect(Buffer.from(await bundle.arrayBuffer()).equals(content)).toBe(true);
    },
  );
});

test("names can't break out of their quotes or their line", async () => {
  const { bytes } = await bytesOf([{ name: 'a"b\r\nX-Evil: 1', value: 'v' }]);
  expect(bytes.toString()).toContain('name="a%22b%0D%0AX-Evil: 1"\r\n\r\nv\r\n');
});

test('each body has its own boundary and can be read again', async () => {
  const parts = [{ name: 'a', value: 'b' }];
  expect(multipartBody(parts).contentType).not.toBe(multipartBody(parts).contentType);
  const body = multipartBody([await fileOf('again', Buffer.from('same'))]);
  if ('bytes' in body) throw new Error('a form is streamed');
  const read = async (): Promise<string> => {
    let text = '';
    for await (const chunk of body.open(() => {})) text += Buffer.from(chunk).toString();
    return text;
  };
  expect(await read()).toBe(await read());
});

describe('refuses a changed file', () => {
  const chunkBytes = 512 * 1024;
  const meanwhile = (path: string) =>
    `${path} changed or became unreadable while it was being uploaded.`;

  /** Reads a form of one file, and does something to the file after its first chunk. */
  async function refusal(
    file: Part & { path: string },
    act: (path: string) => Promise<void> = async () => {},
  ): Promise<{ message: string; chunkCount: number }> {
    const body = multipartBody([file]);
    if ('bytes' in body) throw new Error('a form is streamed');
    let chunkCount = -1;
    const drain = async (): Promise<void> => {
      for await (const _ of body.open(() => {})) {
        chunkCount += 1;
        if (chunkCount === 1) await act(file.path);
      }
    };
    const { kind, problem } = await problemOf(drain());
    expect([kind, problem.code]).toEqual(['refused', 'file_changed']);
    return { message: problem.message, chunkCount };
  }

  test.each([
    ['longer', 'abcd'],
    ['shorter', 'a'],
  ])('%s: before sending any of it', async (name, text) => {
    const file = await fileOf(name, Buffer.from('abc'));
    await writeFile(file.path, text);
    expect(await refusal(file)).toEqual({ message: meanwhile(file.path), chunkCount: 0 });
  });

  test('missing', async () => {
    const file = await fileOf('missing', Buffer.from('abc'));
    await rm(file.path);
    expect(await refusal(file)).toEqual({
      message: `${file.path} can't be read (ENOENT: no such file or directory).`,
      chunkCount: 0,
    });
  });

  test('a directory instead of the file', async () => {
    const path = await temporaryDirectory();
    await writeFile(join(path, 'file'), '');
    const file = await fileOf('directory', Buffer.from('abc'));
    expect((await refusal({ ...file, path, sizeBytes: (await stat(path)).size })).message).toBe(
      meanwhile(path),
    );
  });

  test.each<[string, number, (path: string) => Promise<void>]>([
    [
      'growing while its last part is still to be read',
      2 * chunkBytes + 9,
      (path) => appendFile(path, 'more'),
    ],
    ['growing after its last part', 2 * chunkBytes, (path) => appendFile(path, 'more')],
    ['shrinking while it is read', 3 * chunkBytes, (path) => truncate(path, chunkBytes)],
  ])('%s', async (name, sizeBytes, act) => {
    const file = await fileOf(name, Buffer.alloc(sizeBytes));
    expect((await refusal(file, act)).message).toBe(meanwhile(file.path));
  });
});

/** Only Linux lists the open files of a process. */
test.runIf(process.platform === 'linux').each<[string, number, string | undefined]>([
  ['was read to its end', 3, undefined],
  ['was refused', 4, undefined],
  ['was read in part', 3, 'abc'],
])('closes a file that %s', async (name, sizeBytes, lastChunk) => {
  const file = await fileOf(`closed ${name}`, Buffer.from('abc'));
  const body = multipartBody([{ ...file, sizeBytes }]);
  if ('bytes' in body) throw new Error('a form is streamed');
  const read = async (): Promise<void> => {
    for await (const chunk of body.open(() => {}))
      if (Buffer.from(chunk).toString() === lastChunk) break;
  };
  await read().catch(() => {});
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((descriptor) =>
      readlink(`/proc/self/fd/${descriptor}`).catch(() => ''),
    ),
  );
  expect(open).not.toContain(file.path);
});
