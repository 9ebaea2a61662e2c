/** docs/rehearsing.md: each command in it is run as it stands there, and its table is the one of the sandbox. `UPDATE_DOCS=1` renews the table. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { type FaultKind, faultKinds } from '../../src/sandbox/fault-kinds.ts';
import { cleanEnvironment } from '../support/lumio.ts';
import { lumioScript, programs } from '../support/programs.ts';
import { addFiles, fixtureProject } from '../support/project.ts';

const pagePath = join(import.meta.dirname, '../../docs/rehearsing.md');
const page = await readFile(pagePath, 'utf8');

const effects: Readonly<Record<FaultKind['stage'], string>> = {
  none: 'yes',
  request: 'no',
  commit: 'yes',
  response: 'yes',
};

test('the table of faults is the one of the sandbox', async () => {
  const rows = Object.entries(faultKinds).map(
    ([name, { stage, description }]) => `| \`${name}\` | ${description} | ${effects[stage]} |`,
  );
  const table = [
    '<!-- faults -->',
    '| fault | what happens | takes effect |',
    '| --- | --- | --- |',
    ...rows,
    '<!-- /faults -->',
  ].join('\n');
  if (process.env['UPDATE_DOCS'] === '1')
    await writeFile(pagePath, page.replace(/<!-- faults -->[^]*<!-- \/faults -->/, table));
  else expect(page, 'UPDATE_DOCS=1 renews it').toContain(table);
});

interface Shown {
  readonly command: string;
  readonly exitCode: number;
}

/** The lines of the shell blocks, and those of the pipeline that need no secrets. */
const shown: readonly Shown[] = [...page.matchAll(/```(?:sh|yaml)\n([^]*?)```/g)]
  .flatMap(([, text = '']) => text.split('\n'))
  .filter((line) => /^\s*(npx )?lumio /.test(line))
  .map((line) => ({
    command: line.replace(/\s+#.*$/, '').trim(),
    exitCode: Number(/# ends with exit code (\d+)/.exec(line)?.[1] ?? 0),
  }));

describe.concurrent('commands', () => {
  test('there are some', () => expect(shown.length).toBeGreaterThan(12));

  test.each(shown)('$command', async ({ command, exitCode }) => {
    const cwd = await fixtureProject('scoreboard');
    await addFiles(cwd, {
      'package.json':
        '{"name":"scoreboard","version":"1.3.0","scripts":{"release":"lumio deploy --wait --skip-existing"}}',
    });
    const clean = await cleanEnvironment();
    const env = {
      ...clean,
      PATH: `${await programs({ lumio: lumioScript, npx: 'exec "$@"' })}:${clean['PATH'] ?? ''}`,
    };
    const ended = await execa('sh', ['-c', command], {
      cwd,
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    expect(ended.exitCode, ended.stderr).toBe(exitCode);
  });
});
