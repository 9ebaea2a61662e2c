import { describe, expect, it, test, vi } from 'vitest';
import { type Progress, createProgress } from '../../src/terminal/progress.ts';
import type { TerminalInfo } from '../../src/terminal/detect.ts';
import { fakeClock } from '../support/clock.ts';
import { nowMs, pipe, recordingSink, redactOf, terminal } from './terminals.ts';

const signal = new AbortController().signal;
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

async function open(
  info: TerminalInfo,
  options: { env?: Record<string, string>; quiet?: boolean } = {},
) {
  const clock = fakeClock({ startMs: nowMs });
  const { stream, text } = recordingSink(info.isTerminal ? info.columns : undefined);
  const undos = new Set<() => void>();
  const onExit = (undo: () => void): (() => void) => {
    undos.add(undo);
    return () => undos.delete(undo);
  };
  const progress = await createProgress({
    host: { env: options.env ?? {}, stderr: stream, clock, onExit },
    terminal: info,
    quiet: options.quiet ?? false,
  });
  return { progress, clock, text, undos };
}

function runSteps(progress: Progress): void {
  const pack = progress.step('Packing dist');
  const ask = progress.step('Asking for the versions');
  ask.done('Version 1.3.0 is new');
  pack.update('Packing 31 files');
  pack.done();
  const upload = progress.step('Uploading');
  upload.bytes(0, 12_000_000);
  upload.bytes(6_000_000, 12_000_000);
  progress.note('The response was lost; checking whether it took effect.');
  progress.warn('The server is slow.');
  upload.close();
  progress.step('Looking').close();
}

describe('without animation', () => {
  test.each([
    [
      'a pipe has words',
      pipe,
      {},
      [
        'Version 1.3.0 is new',
        'Packing 31 files',
        'The response was lost; checking whether it took effect.',
        'warning: The server is slow.',
        '',
      ],
    ],
    [
      'a terminal of CI has symbols',
      terminal(),
      { CI: 'true' },
      [
        '✓ Version 1.3.0 is new',
        '✓ Packing 31 files',
        'The response was lost; checking whether it took effect.',
        '! The server is slow.',
        '',
      ],
    ],
    [
      'a dumb terminal has ASCII',
      terminal({ unicode: false }),
      { TERM: 'dumb' },
      [
        '+ Version 1.3.0 is new',
        '+ Packing 31 files',
        'The response was lost; checking whether it took effect.',
        '! The server is slow.',
        '',
      ],
    ],
  ])('%s', async (_what, info, env, expected) => {
    const { progress, text } = await open(info, { env });
    runSteps(progress);
    progress.stop();
    expect(text().split('\n')).toEqual(expected);
  });

  it('logs a quick step once, and the start of a long one', async () => {
    const { progress, clock, text } = await open(pipe);
    const upload = progress.step('Uploading');
    upload.bytes(0, 12_000_000);
    void clock.advance(1999);
    upload.bytes(1_000_000, 12_000_000);
    expect(text()).toBe('');
    void clock.advance(1);
    upload.bytes(2_000_000, 12_000_000);
    upload.bytes(3_000_000, 12_000_000);
    upload.stage('Settling');
    upload.update('Still settling');
    upload.done('Uploaded');
    expect(text().split('\n')).toEqual(['Uploading (12 MB)', 'Settling', 'Uploaded', '']);
  });

  it('prints a line a minute during a step, although the clock is set back', async () => {
    const { progress, clock, text } = await open(pipe);
    const step = progress.step('Waiting for the review of 1.3.0', { timeoutMs: 900_000 });
    for (let seconds = 0; seconds < 150; seconds += 10) {
      void clock.advance(10_000);
      if (seconds === 0) clock.setBack(3_600_000);
      step.update('Waiting for the review of 1.3.0: pending');
    }
    step.close();
    expect(text().split('\n')).toEqual([
      'Waiting for the review of 1.3.0: pending  1m elapsed, 14m left',
      'Waiting for the review of 1.3.0: pending  2m elapsed, 13m left',
      '',
    ]);
  });

  it('prints nothing with --quiet, and still waits', async () => {
    const { progress, text, clock } = await open(terminal(), { quiet: true });
    runSteps(progress);
    await progress.countdown(5000, 'Rate limited', signal);
    progress.stop();
    expect(text()).toBe('');
    expect(clock.sleeps).toEqual([5000]);
  });

  it('masks secrets and removes control characters', async () => {
    const { progress, text } = await open({
      ...pipe,
      redact: redactOf('lm_dev_1'),
    });
    progress.step('x').done('lm_dev_1\u001B[2J\nnext');
    expect(text()).toBe('*** next\n');
  });
});

describe('waiting', () => {
  test.each([
    ["doesn't report short waits", 2000, ''],
    ['reports a long wait once', 2001, 'Retrying in 3s (Rate limited (429))\n'],
  ])('%s', async (_what, ms, expected) => {
    const { progress, text, clock } = await open(pipe);
    await progress.countdown(ms, 'Rate limited (429).', signal);
    expect(text()).toBe(expected);
    expect(clock.sleeps).toEqual([ms]);
  });

  it('counts down in a terminal for exactly that time, and clears the line', async () => {
    const { progress, text, clock } = await open(terminal());
    await progress.countdown(3500, 'Rate limited', signal);
    progress.stop();
    expect(clock.sleeps).toEqual([1000, 1000, 1000, 500]);
    expect(text()).not.toContain('\n');
  });

  test.each([
    ['a pipe', pipe],
    ['a terminal', terminal()],
  ])('ends with the reason of the signal, in %s', async (_where, info) => {
    const { progress } = await open(info);
    const reason = new Error('Ctrl-C');
    await expect(progress.countdown(5000, 'Rate limited', AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });
});

describe('in a terminal', () => {
  it('draws the latest step, then its end, and restores the cursor', async () => {
    const { progress, clock, text, undos } = await open(terminal());
    const first = progress.step('Packing');
    await vi.waitFor(() => expect(text()).toContain('⠋ Packing'));
    expect(text()).toContain(hideCursor);
    expect(undos.size).toBe(1);
    const upload = progress.step('Uploading');
    upload.bytes(0, 10_000_000);
    void clock.advance(1000);
    upload.bytes(2_000_000, 10_000_000);
    await vi.waitFor(() =>
      expect(text()).toContain('Uploading  20%  2 MB of 10 MB  2 MB/s  4s left'),
    );
    upload.done('Uploaded 10 MB');
    first.done('Packed');
    expect(text()).toMatch(/✓ Uploaded 10 MB\n[^]*✓ Packed\n/);
    expect(text().endsWith('✓ Packed\n')).toBe(true);
    expect(text().lastIndexOf(showCursor)).toBeGreaterThan(text().lastIndexOf(hideCursor));
    progress.stop();
    progress.stop();
    expect(undos.size).toBe(0);
  });

  it('restores the cursor when the process ends in the middle of a step', async () => {
    const { progress, text, undos } = await open(terminal());
    progress.step('Uploading');
    await vi.waitFor(() => expect(text()).toContain(hideCursor));
    for (const undo of undos) undo();
    expect(text().lastIndexOf(showCursor)).toBeGreaterThan(text().lastIndexOf(hideCursor));
    progress.stop();
  });

  it('truncates the moving line, and never draws after the end', async () => {
    const { progress, text } = await open(terminal({ columns: 20, unicode: false }));
    const step = progress.step('Waiting for the review of my-scoreboard');
    await vi.waitFor(() => expect(text()).toContain('- Waiting for th...'));
    progress.stop();
    const length = text().length;
    step.update('more');
    step.close();
    expect(text()).toHaveLength(length);
  });

  it("isn't animated for a short step", async () => {
    const { progress, text } = await open(terminal());
    progress.step('Packing').done('Packed');
    expect(text()).toBe('✓ Packed\n');
    progress.stop();
  });
});
