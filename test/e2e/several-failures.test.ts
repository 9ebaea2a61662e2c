/** Several extensions in one go, one of which fails. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { shellQuote } from '../../src/shared/shell-quote.ts';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { all, config, deployAll, page } from './several.ts';

describe('one fails', () => {
  test.each([
    {
      what: 'not built',
      files: {
        'packages/bad/lumio.config.json': config('my-scoreboard'),
        'packages/bad/package.json': '{}',
      },
      exitCode: 2,
      code: 'no_built_directory',
    },
    {
      what: 'no project',
      files: { 'packages/bad/README.md': 'x' },
      exitCode: 2,
      code: 'not_a_project',
    },
    {
      what: 'no project, inside another project',
      files: { 'packages/bad/README.md': 'x', 'lumio.config.json': config('my-scoreboard') },
      exitCode: 2,
      code: 'not_a_project',
    },
    {
      what: 'not linked',
      files: {
        'packages/bad/lumio.config.json': config(undefined),
        'packages/bad/dist/i.html': page,
      },
      exitCode: 2,
      code: 'no_extension',
    },
    {
      what: 'no such extension',
      files: {
        'packages/bad/lumio.config.json': config('nobodys'),
        'packages/bad/dist/i.html': page,
      },
      exitCode: 5,
      code: 'extension_not_found',
    },
    {
      what: 'a version that exists',
      files: {
        'packages/bad/lumio.config.json': config('my-scoreboard', '1.2.0'),
        'packages/bad/dist/i.html': page,
      },
      exitCode: 6,
      code: 'version_exists',
    },
    {
      what: 'a secret in it',
      files: {
        'packages/bad/lumio.config.json': config('my-scoreboard'),
        'packages/bad/dist/.env': 'A=b',
      },
      exitCode: 2,
      code: expect.any(String),
    },
  ])('$what: continues with the rest, exit $exitCode', async ({ files, exitCode, code }) => {
    const ran = await deployAll(['packages/bad', 'packages/two', '--json'], { files });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.json()).toMatchObject({
      deploys: [
        { directory: 'packages/bad', outcome: 'failed', error: { code } },
        { directory: 'packages/two', outcome: 'created' },
      ],
      failed: 1,
    });
    expect(ran.stderr).toBe('');
    expect(ran.versions).toContain('two 0.4.0');
  });

  const id = exampleId;
  const bad = (extensionId: string, version: string) => ({
    'packages/bad/lumio.config.json': config(extensionId, version),
    'packages/bad/dist/i.html': page,
  });
  const found = { id, slug: 'my-scoreboard' };
  const named = (name: string, of: string | null) => ({
    id: of,
    named: name,
    source: expect.stringMatching(/packages[/\\]bad[/\\]lumio\.config\.json$/),
  });

  test.each([
    {
      what: 'no directory was found',
      files: { 'packages/bad/lumio.config.json': config(id), 'packages/bad/package.json': '{}' },
      options: [],
      knows: {},
      row: ['', ''],
    },
    {
      what: 'the version is invalid',
      files: bad(id, '1'),
      options: [],
      knows: { extension: named(id, null) },
      row: [id, ''],
    },
    {
      what: "the extension wasn't found",
      files: bad('nobodys', '2.0.0'),
      options: [],
      knows: { extension: named('nobodys', null), version: { version: '2.0.0' } },
      row: ['nobodys', '2.0.0'],
    },
    {
      what: 'the extension was deleted',
      files: bad('ext_gone', '2.0.0'),
      options: [],
      knows: { extension: { id: 'ext_gone' }, version: { version: '2.0.0' } },
      row: ['ext_gone', '2.0.0'],
    },
    {
      what: 'the version exists',
      files: bad('my-scoreboard', '1.2.0'),
      options: [],
      knows: { extension: found, version: { version: '1.2.0', id: 'ver_abc123' } },
      row: ['my-scoreboard', '1.2.0'],
    },
    {
      what: 'a file is refused',
      files: { ...bad('my-scoreboard', '2.0.0'), 'packages/bad/dist/.env': 'A=b' },
      options: [],
      knows: { extension: found, version: { version: '2.0.0' } },
      row: ['my-scoreboard', '2.0.0'],
    },
    {
      what: 'the upload of a bumped version is refused',
      files: bad('my-scoreboard', '1.2.0'),
      options: ['--bump', 'minor'],
      fault: 'submitVersion=422:1',
      knows: { extension: found, version: { version: '1.3.0' } },
      row: ['my-scoreboard', '1.3.0'],
    },
    {
      what: 'a file is refused in a dry run',
      files: { ...bad('my-scoreboard', '2.0.0'), 'packages/bad/dist/.env': 'A=b' },
      options: ['--dry-run'],
      knows: { extension: named('my-scoreboard', null), version: { version: '2.0.0' } },
      row: ['my-scoreboard', '2.0.0'],
    },
    {
      what: 'a file is refused in a dry run for an id',
      files: { ...bad(id, '2.0.0'), 'packages/bad/dist/.env': 'A=b' },
      options: ['--dry-run'],
      knows: { extension: named(id, id), version: { version: '2.0.0' } },
      row: [id, '2.0.0'],
    },
  ])(
    '$what: names the extension and the version if they are known',
    async ({ files, options, fault, knows, row }) => {
      const sandbox = { faults: fault === undefined ? [] : [parseFault(fault)] };
      const json = await deployAll(['packages/bad', 'packages/two', ...options, '--json'], {
        files,
        sandbox,
      });
      const document = at(json.json(), 'deploys', 0);
      expect(document).toMatchObject({
        directory: 'packages/bad',
        outcome: 'failed',
        error: { code: expect.any(String) },
        ...knows,
      });
      for (const key of ['extension', 'version'])
        expect(Object.hasOwn(Object(document), key)).toBe(Object.hasOwn(knows, key));
      const piped = await deployAll(['packages/bad', 'packages/two', ...options], {
        files,
        sandbox: { faults: fault === undefined ? [] : [parseFault(fault)] },
      });
      expect(piped.stdout.split('\n')[0]).toBe(`packages/bad\t${row.join('\t')}\t\t\tfailed`);
    },
  );

  test.each([
    { options: [], faults: [] },
    { options: ['--wait'], faults: ['listVersions=ok:2', 'listVersions=404:1'] },
  ])(
    'an unknown ID, $options: names its file and how to override it',
    async ({ options, faults }) => {
      const missing = faults.length === 0 ? 'ext_gone' : id;
      const ran = await deployAll(['packages/bad', 'packages/two', ...options, '--json'], {
        files: bad(missing, '2.0.0'),
        sandbox: { faults: faults.map(parseFault) },
      });
      expect(ran.exitCode).toBe(5);
      expect(at(ran.json(), 'deploys', 0, 'error')).toMatchObject({
        status: 404,
        hint: expect.stringMatching(
          new RegExp(`${missing}.*packages[/\\\\]bad[/\\\\]lumio.config.json`),
        ),
        next: `lumio -C ${shellQuote(join('packages', 'bad'))} init`,
      });
    },
  );

  test("suggests a command for a project that isn't linked, whatever its directory", async () => {
    const files = {
      "packages/it's new/lumio.config.json": config(undefined),
      "packages/it's new/dist/i.html": page,
    };
    const ran = await deployAll(["packages/it's new", 'packages/two', '--json'], { files });
    expect(at(ran.json(), 'deploys', 0, 'error', 'next')).toBe(
      `lumio -C ${shellQuote(join('packages', "it's new"))} init`,
    );
  });

  test('deploys neither of two directories with the same extension', async () => {
    const files = {
      'packages/copy/lumio.config.json': config(exampleId, '9.0.0'),
      'packages/copy/dist/index.html': page,
    };
    const ran = await deployAll([...all, 'packages/copy'], { files });
    expect(ran.exitCode).toBe(2);
    expect(ran.versions).toEqual(['one 1.2.0', 'two 0.4.0']);
    expect(ran.stderr).toMatch(/^error: packages\/one .*packages\/copy/m);
    expect(ran.stderr).toMatch(/^error: packages\/copy .*packages\/one/m);
  });

  test('exits with 7 for a rejected review, and reports the version', async () => {
    const ran = await deployAll([...all, '--wait', '--json'], {
      sandbox: { reviewMode: 'reject' },
    });
    expect(ran.exitCode).toBe(7);
    expect(ran.json()).toMatchObject({
      deploys: [
        {
          outcome: 'created',
          version: { status: 'rejected' },
          error: { code: 'version_rejected' },
        },
        { version: { status: 'rejected' } },
      ],
      failed: 2,
    });
  });

  test('prints each error when it happens, also with --quiet', async () => {
    const ran = await deployAll(['packages/one', 'packages/two', '--quiet'], {
      sandbox: { faults: [parseFault('submitVersion=500:1')] },
      files: { 'packages/one/lumio.config.json': config('my-scoreboard', '1.2.0') },
    });
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toMatch(/^error: packages\/one: .*\b1\.2\.0 /m);
    expect(ran.stderr).not.toContain('Packed');
  });
});
