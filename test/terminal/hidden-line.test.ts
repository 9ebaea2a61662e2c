/** Terminal modes and input around a hidden prompt. */
import { PassThrough, type Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { withHiddenLine } from '../../src/terminal/hidden-line.ts';
import { fakeClock } from '../support/clock.ts';

const enter = '\r';
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param early input before the prompt */
async function open(early = '') {
  const events: string[] = [];
  const terminal = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => void events.push(isRaw ? 'raw' : 'cooked'),
  });
  const marking = new PassThrough();
  marking.on('data', (chunk: Buffer) =>
    events.push(chunk.toString() === '\u001B[?2004h' ? 'marks' : 'no marks'),
  );
  const clock = fakeClock({ manual: true });
  const controller = new AbortController();
  let keys = '';
  let asked: Readable | undefined;
  const answer = withHiddenLine(
    { input: terminal, signal: controller.signal, clock, otherWay: 'Pipe it in.', marking },
    ({ input, signal }) =>
      new Promise<string>((resolve, reject) => {
        asked = input;
        signal.addEventListener('abort', () => reject(signal.reason));
        input.on('end', () => reject(new Error('ended')));
        input.on('data', (chunk: Buffer) => {
          keys += chunk.toString();
          if (keys.includes('\u0003')) reject(new Error('cancelled'));
          else if (keys.endsWith(enter)) resolve(keys);
        });
      }),
  );
  answer.catch(() => undefined);
  terminal.write(early);
  await clock.advance(20);
  const type = async (...reads: readonly (string | Buffer)[]) => {
    for (const read of reads) await new Promise((resolve) => terminal.write(read, resolve));
  };
  const setRawMode = (isRaw: boolean) => {
    if (asked !== undefined && 'setRawMode' in asked && typeof asked.setRawMode === 'function')
      asked.setRawMode(isRaw);
  };
  return { answer, events, terminal, clock, controller, keys: () => keys, type, setRawMode };
}

const refusal = {
  kind: 'usage',
  exitCode: 2,
  problem: { code: 'several_lines', hint: 'Pipe it in.' },
};
const untilBack = ['raw', 'marks', 'no marks'];
const back = [...untilBack, 'cooked', 'no marks'];

describe('one line', () => {
  test('accepts Enter after 150 ms without input, and restores the terminal', async () => {
    const { answer, events, type, clock, keys } = await open();
    await type('se', 'cret', enter);
    await clock.advance(140);
    expect(keys()).toBe('secret');
    expect(events).toEqual(['raw', 'marks']);
    await clock.advance(10);
    expect(await answer).toBe(`secret${enter}`);
    expect(events).toEqual(back);
  });

  test('accepts trailing line ends, which restart the wait', async () => {
    const { answer, type, clock, keys } = await open();
    await type('secret\r\n');
    await clock.advance(140);
    await type('\r');
    await clock.advance(140);
    expect(keys()).toBe('secret');
    await clock.advance(10);
    expect(await answer).toBe(`secret${enter}`);
  });

  test('decodes a character that is split between two reads', async () => {
    const { answer, type, clock } = await open();
    const bytes = Buffer.from('é\r');
    await type(bytes.subarray(0, 1), bytes.subarray(1));
    await clock.advance(150);
    expect(await answer).toBe(`é${enter}`);
  });

  test('accepts a line that was entered before the terminal closed', async () => {
    const { answer, type, terminal, clock } = await open();
    await type('secret\r');
    terminal.end();
    await clock.advance(150);
    expect(await answer).toBe(`secret${enter}`);
  });
});

describe('more than one line', () => {
  test.each([
    ['in one read', ['one\rtwo\r']],
    ['in two reads', ['one\r', 'two\r']],
    ['marked', ['\u001B[200~one\rtwo\u001B[201~']],
  ])('refuses %s, and restores the terminal after the rest has arrived', async (_how, reads) => {
    const { answer, events, type, clock, keys } = await open();
    await type(...reads);
    for (let line = 0; line < 5; line += 1) {
      await clock.advance(490);
      await type('three\r');
    }
    expect(events).toEqual(untilBack);
    await clock.advance(500);
    await expect(answer).rejects.toMatchObject(refusal);
    expect(events).toEqual(back);
    expect(keys()).not.toMatch(/two|three|\r/);
  });

  test('a marked paste may pause at a line end', async () => {
    const { answer, type, clock } = await open();
    await type('\u001B[200~one\r');
    await clock.advance(1990);
    await type('two\r\u001B[201~');
    await clock.advance(500);
    await expect(answer).rejects.toMatchObject(refusal);
  });

  test('a bracketed paste without end is cancelled', async () => {
    const { answer, type, clock } = await open();
    await type('\u001B[200~one\r');
    await clock.advance(2000);
    await expect(answer).rejects.toMatchObject(refusal);
  });

  test('restores the terminal after 10 s although input still arrives', async () => {
    const { answer, events, type, clock } = await open();
    await type('one\rtwo\r');
    for (let passed = 0; passed < 10_000; passed += 100) {
      expect(events).not.toContain('cooked');
      await clock.advance(100);
      await type('x');
    }
    await expect(answer).rejects.toMatchObject(refusal);
    expect(events).toContain('cooked');
  });
});

describe('no answer', () => {
  test('swallows input after Ctrl-C instead of leaving it to the shell', async () => {
    const { answer, events, type, clock } = await open();
    await type('on\u0003', 'e\rtwo\r');
    await clock.advance(490);
    expect(events).toEqual(untilBack);
    await clock.advance(10);
    await expect(answer).rejects.toThrow('cancelled');
    expect(events).toEqual(back);
  });

  test('a signal restores the terminal immediately', async () => {
    const { answer, events, controller } = await open();
    const reason = new LumioError('terminated', { code: 'terminated', message: 'Terminated.' });
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(events).toEqual(back);
  });

  test('rejects at the end of the input', async () => {
    const { answer, terminal } = await open();
    terminal.end();
    await expect(answer).rejects.toThrow('ended');
  });
});

test('drops input from before the prompt', async () => {
  const { answer, type, clock, keys } = await open('one\rtwo\r');
  await clock.advance(400);
  await type('three\r');
  await clock.advance(500);
  await type('secret', enter);
  await clock.advance(150);
  expect([await answer, keys()]).toEqual([`secret${enter}`, `secret${enter}`]);
});

test('Ctrl-Z restores the terminal and fg resumes the prompt', async () => {
  const { events, type, setRawMode } = await open();
  await type('a');
  setRawMode(false);
  expect(events).toEqual(['raw', 'marks']);
  await type('\u001A');
  setRawMode(false);
  setRawMode(true);
  await turn();
  expect(events).toEqual(['raw', 'marks', 'cooked', 'no marks', 'raw', 'marks']);
});
