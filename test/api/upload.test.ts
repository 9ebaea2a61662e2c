import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipartBody, type Part } from '../../src/api/upload.ts';
import { problemOf } from './support.ts';
import { temporaryFolder } from '../support/project.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

async function bytesOf(parts: readonly Part[]): Promise<{ bytes: Buffer; contentType: string; sizeBytes: number; progress: number[] }> {
  const body = multipartBody(parts);
  if ('bytes' in body) throw new Error('a form is streamed');
  const chunks: Buffer[] = [];
  const progress: number[] = [];
  // Copied, since a buffer is filled again once the next chunk was asked for.
  for await (const chunk of body.open((sentBytes) => progress.push(sentBytes))) chunks.push(Buffer.from(chunk));
  return { bytes: Buffer.concat(chunks), contentType: body.contentType, sizeBytes: body.sizeBytes, progress };
}

async function fileOf(name: string, bytes: Buffer): Promise<Part & { path: string }> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { name: 'bundle', path, sizeBytes: bytes.length, fileName: 'bundle.tar.gz', contentType: 'application/gzip' };
}

describe('read by the form parser of Node', () => {
  test.each([0, 1, 512 * 1024, 512 * 1024 + 1, 3_000_000])('a file of %i bytes arrives with its fields', async (sizeBytes) => {
    const content = Buffer.from(Array.from({ length: sizeBytes }, (_, index) => (index * 7 + (index >> 9)) & 255));
    const file = await fileOf(`b${sizeBytes}`, content);
    const sent = await bytesOf([{ name: 'version', value: '1.3.0-ß+ü' }, { name: 'changelog', value: 'line\r\n"two"\n--x' }, file]);
    expect(sent.bytes.length).toBe(sent.sizeBytes);
    expect(sent.progress.at(-1)).toBe(sent.sizeBytes);
    const form = await new Response(sent.bytes, { headers: { 'content-type': sent.contentType } }).formData();
    expect(form.get('version')).toBe('1.3.0-ß+ü');
    expect(form.get('changelog')).toBe('line\r\n"two"\n--x');
    const bundle = form.get('bundle');
    if (!(bundle instanceof Blob)) throw new Error('no file arrived');
    expect([bundle.name, bundle.type]).toEqual(['bundle.tar.gz', 'application/gzip']);
    expect(Buffer.from(await bundle.arrayBuffer()).equals(content)).toBe(true);
  });
});

test('names cannot break out of their quotes or their line', async () => {
  const { bytes } = await bytesOf([{ name: 'a"b\r\nX-Evil: 1', value: 'v' }]);
  expect(bytes.toString()).toContain('name="a%22b%0D%0AX-Evil: 1"\r\n\r\nv\r\n');
});

test('each body has a boundary of its own, and can be read again', async () => {
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

describe('a file that is no longer what it was is refused', () => {
  test('longer', async () => {
    const file = await fileOf('longer', Buffer.from('abc'));
    await appendFile(file.path, 'd');
    expect(await problemOf(bytesOf([file]))).toMatchObject({ kind: 'refused', problem: { code: 'file_changed' } });
  });

  test('shorter', async () => {
    const file = await fileOf('shorter', Buffer.from('abc'));
    await writeFile(file.path, 'a');
    expect((await problemOf(bytesOf([file]))).message).toContain(file.path);
  });

  test('gone', async () => {
    const file = await fileOf('gone', Buffer.from('abc'));
    expect((await problemOf(bytesOf([{ ...file, path: join(folder, 'nowhere') }]))).message).toContain("can't be read (ENOENT)");
  });

  test('growing while it is read', async () => {
    const file = await fileOf('growing', Buffer.alloc(600_000));
    const body = multipartBody([file]);
    if ('bytes' in body) throw new Error('a form is streamed');
    const drain = async (): Promise<void> => {
      for await (const _ of body.open(() => {})) await appendFile(file.path, 'more');
    };
    expect((await problemOf(drain())).problem.code).toBe('file_changed');
  });
});
