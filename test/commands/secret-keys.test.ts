/** The name of a secret is refused before anything is sent, or arrives unchanged. */
import { describe, expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { exampleId } from '../support/project.ts';
import { openSecretSandbox } from './stored-secrets.ts';

const refused = [
  '',
  '.',
  '..',
  '/',
  '../..',
  'a/b',
  '%2e',
  '%2e%2e',
  '%2F',
  '..%2f',
  '?',
  'a?b',
  '#',
  'a#b',
  '\\',
  '..\\..',
  'a\nb',
  'a\0b',
  'K=value',
  '=value',
  'a&b=value',
  'API\u200bKEY',
  '../x=value',
];
const taken = [
  '...',
  'a.b',
  '-dash',
  'a b',
  'a:b',
  'a;b',
  'a&b',
  'ключ',
  '🔑',
  '__proto__',
  "it's",
  '"',
  '+',
  '@',
  '*',
  '[x]',
  '~',
  'a,b',
];

describe('refuses with exit 2, and sends nothing', () => {
  test.each(refused)('%j', async (key) => {
    const { env, requests } = await openSecretSandbox();
    for (const argv of [
      ['set', '--', key, 'value'],
      ['delete', '--yes', '--', key],
    ]) {
      expect(await runLumio(['secrets', ...argv], { env })).toMatchObject({
        exitCode: 2,
        stdout: '',
      });
    }
    expect(requests()).toEqual([]);
  });

  test.each(['set', 'delete'])("%s doesn't repeat NAME=value", async (doing) => {
    const { env } = await openSecretSandbox();
    const ran = await runLumio(['secrets', doing, 'K7=hunter2', '--json'], { env });
    expect(ran.error()).toMatchObject({
      error: { code: 'invalid_secret_key' },
    });
    expect(ran.stdout + ran.stderr).not.toContain('hunter2');
  });

  test('import sends nothing if one name is invalid', async () => {
    const { env, requests } = await openSecretSandbox();
    expect(
      await runLumio(['secrets', 'import', '-'], { env, stdin: 'GOOD=1\n..=2\n' }),
    ).toMatchObject({ exitCode: 2, stdout: '' });
    expect(requests()).toEqual([]);
  });
});

describe('sends unchanged', () => {
  test.each(taken)('%j', async (key) => {
    const { env, stored, requests } = await openSecretSandbox();
    expect(await runLumio(['secrets', 'set', '--', key, 'value'], { env })).toMatchObject({
      exitCode: 0,
    });
    expect(Object.entries(await stored())).toContainEqual([key, 'value']);
    expect(await runLumio(['secrets', 'delete', '--yes', '--', key], { env })).toMatchObject({
      exitCode: 0,
    });
    expect(Object.keys(await stored())).toEqual(['API_KEY', 'WEBHOOK_SECRET']);
    const path = `/extensions/${exampleId}/secrets/${encodeURIComponent(key)}`;
    expect(requests().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      `PUT ${path}`,
      `GET /extensions/${exampleId}/secrets`,
      `DELETE ${path}`,
    ]);
  });
});
