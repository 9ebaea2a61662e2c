/**
 * Sessions in a real terminal, recorded as text: `UPDATE_SCREENS=1 npx vitest run test/sessions`
 * updates them.
 */
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { realClock } from '../support/clock.ts';
import { fixtureProject, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, sandboxKey, type TestSandbox } from '../support/sandbox.ts';
import { hasTmux, openTerminal, tmuxNote } from '../support/terminal.ts';
import { compareScreen, type Session, sessionIn } from './screens.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

describe.skipIf(!hasTmux).each(sizes)(
  `in $columns × $rows${tmuxNote}`,
  { concurrent: true },
  (size) => {
    async function open(
      cwd: string,
      options: Partial<SandboxOptions> = {},
      env: Record<string, string> = {},
    ): Promise<{ session: Session; sandbox: TestSandbox }> {
      const sandbox = await openSandbox({ clock: realClock, reviewAfterMs: 0, ...options });
      return {
        sandbox,
        session: sessionIn(await openTerminal({ cwd, env: { ...sandbox.env, ...env }, ...size })),
      };
    }

    /** A session in the small project in which this command line was typed. */
    async function startIn(
      commandLine: string,
      options: Partial<SandboxOptions> = {},
    ): Promise<Session> {
      const { session } = await open(await temporaryDirectory(smallProject), options);
      session.start(commandLine);
      return session;
    }

    test('first use: from login to an approved version', async () => {
      const cwd = await temporaryDirectory({
        'package.json': '{ "name": "scores", "version": "1.3.0" }\n',
        'dist/index.html': '<!doctype html><title>Scores</title>\n',
      });
      const { session } = await open(cwd, {}, { LUMIO_API_KEY: '' });
      const { terminal } = session;
      session.start('lumio login');
      await terminal.waitFor(/^\? .*127\.0\.0\.1/m);
      terminal.type(sandboxKey);
      terminal.press('Enter');
      await session.ended();
      session.start('lumio init');
      await terminal.waitFor(/my-scoreboard/);
      terminal.press('Enter');
      await session.ended();
      session.start('lumio deploy --wait');
      await compareScreen(await session.ended(), 'first-use', size);
    });

    test('a rejected review', async () => {
      const session = await startIn('lumio deploy --wait', { reviewMode: 'reject' });
      await compareScreen(await session.ended(), 'rejected', size);
    });

    test('a 429 with a countdown', async () => {
      const session = await startIn('lumio deploy', {
        faults: [parseFault('submitVersion=429:1@4')],
      });
      await compareScreen(
        await session.terminal.waitFor(/\b\ds \(/),
        'rate-limited-meanwhile',
        size,
      );
      await compareScreen(await session.ended(), 'rate-limited', size);
    });

    test('Ctrl-C in an upload', async () => {
      const { session } = await open(await fixtureProject('scoreboard'), {
        faults: [parseFault('submitVersion=silent')],
      });
      session.start('lumio deploy');
      await compareScreen(
        await session.terminal.waitFor(/Processing .*100 ?%/),
        'interrupted-meanwhile',
        size,
      );
      session.terminal.press('C-c');
      await compareScreen(await session.ended(), 'interrupted', size);
      expect(await session.terminal.isCursorVisible()).toBe(true);
    });

    test('a slow review', async () => {
      const session = await startIn('lumio deploy --wait 15m', { reviewMode: 'never' });
      await compareScreen(
        await session.terminal.waitFor(/1\.3\.0: pending .*\ds\b/),
        'waiting',
        size,
      );
      session.terminal.press('C-c');
      await session.ended();
    });

    test('installs by version', async () => {
      const session = await startIn('lumio installs stats -e my-scoreboard');
      await compareScreen(await session.ended(), 'installs', size);
    });

    test('status after a rejection, and a dry run', async () => {
      const session = await startIn('lumio deploy -v 9.1.0 -m x --wait', { reviewMode: 'reject' });
      await session.ended();
      session.start('lumio status');
      await session.ended();
      session.start('lumio deploy --dry-run');
      await compareScreen(await session.ended(), 'status', size);
    });

    test('Ctrl-C during a wait: the version stays submitted', async () => {
      const session = await startIn('lumio deploy --wait', { reviewMode: 'never' });
      await session.terminal.waitFor(/1\.3\.0: pending/);
      session.terminal.press('C-c');
      await compareScreen(await session.ended(), 'interrupted-wait', size);
      expect(await session.terminal.isCursorVisible()).toBe(true);
    });

    test('deleting an extension: first a typo, then its slug', async () => {
      const { session, sandbox } = await open(await temporaryDirectory());
      await sandbox.call('POST', '/extensions', { name: 'Draft One' });
      for (const slug of ['draft-two', 'draft-one']) {
        session.start('lumio extensions delete draft-one');
        await session.terminal.waitFor(
          new RegExp(`(?:^\\? .*draft-one[^]*){${slug === 'draft-two' ? 1 : 2}}`, 'm'),
        );
        session.terminal.type(slug);
        session.terminal.press('Enter');
        await session.ended();
      }
      session.start('lumio extensions get draft-one');
      await compareScreen(await session.ended(), 'deleting', size);
    });
  },
);
