import { describe, expect, it } from 'vitest';
import type { Sink } from '../../src/host.ts';
import { createRedraw } from '../../src/ui/redraw.ts';
import { surfaceOf, canMove } from '../../src/ui/surface.ts';
import { recordingSink } from './surfaces.ts';

const up = (rows: number): string => `\u001B[${rows}A\r\u001B[J`;

function screen(columns: number, rows: number): { sink: Sink; text: () => string } {
  const { sink, text } = recordingSink(columns);
  return { sink: { ...sink, rows: () => rows }, text };
}

describe('redrawing', () => {
  it('takes the place of the text before', async () => {
    const { sink, text } = screen(20, 24);
    const redraw = createRedraw(sink);
    await redraw('one\ntwo\n');
    await redraw('1\n');
    await redraw('2\n');
    expect(text()).toBe(`one\ntwo\n${up(2)}1\n${up(1)}2\n`);
  });

  it('counts the rows of a line that the terminal folds, and of an empty one, and no colours', async () => {
    const { sink, text } = screen(10, 24);
    const redraw = createRedraw(sink);
    await redraw(`${'x'.repeat(21)}\n\n\u001B[32m${'y'.repeat(10)}\u001B[39m\n`);
    await redraw('z\n');
    expect(text()).toContain(`${up(5)}z\n`);
  });

  it('appends what is as high as the terminal', async () => {
    const { sink, text } = screen(20, 3);
    const redraw = createRedraw(sink);
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
  const { sink } = recordingSink(80);
  const surface = surfaceOf({ env, platform: 'linux', sink, noColor: true, nowMs: 0 });
  expect(canMove(env, surface)).toBe(expected);
  expect(canMove(env, { isTerminal: false })).toBe(false);
});
