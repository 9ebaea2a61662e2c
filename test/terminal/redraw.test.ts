import { describe, expect, it } from 'vitest';
import type { OutputStream } from '../../src/host.ts';
import { createRedraw } from '../../src/terminal/live-line.ts';
import { terminalOf, isAnimated } from '../../src/terminal/detect.ts';
import { recordingSink } from './terminals.ts';

const up = (rows: number): string => `\u001B[${rows}A\r\u001B[J`;

function screen(columns: number, rows: number): { stream: OutputStream; text: () => string } {
  const { stream, text } = recordingSink(columns);
  return { stream: { ...stream, rows: () => rows }, text };
}

describe('redrawing', () => {
  it('replaces the previous text', async () => {
    const { stream, text } = screen(20, 24);
    const redraw = createRedraw(stream);
    await redraw('one\ntwo\n');
    await redraw('1\n');
    await redraw('2\n');
    expect(text()).toBe(`one\ntwo\n${up(2)}1\n${up(1)}2\n`);
  });

  it('counts the rows of wrapped and empty lines, without colors', async () => {
    const { stream, text } = screen(10, 24);
    const redraw = createRedraw(stream);
    await redraw(`${'x'.repeat(21)}\n\n\u001B[32m${'y'.repeat(10)}\u001B[39m\n`);
    await redraw('z\n');
    expect(text()).toContain(`${up(5)}z\n`);
  });

  it('appends text that is as high as the terminal', async () => {
    const { stream, text } = screen(20, 3);
    const redraw = createRedraw(stream);
    await redraw('1\n2\n3\n');
    await redraw('4\n');
    await redraw('5\n');
    expect(text()).toBe(`1\n2\n3\n4\n${up(1)}5\n`);
  });
});

it.each([
  [{}, true],
  [{ CI: 'true' }, false],
  [{ CI: 'false' }, true],
  [{ TERM: 'dumb' }, false],
])('with %j a terminal can be drawn over: %s', (env, expected) => {
  const { stream } = recordingSink(80);
  const info = terminalOf({ env, platform: 'linux', clock: Date }, stream, { noColor: true });
  expect(isAnimated(env, info)).toBe(expected);
  expect(isAnimated(env, { isTerminal: false })).toBe(false);
});
