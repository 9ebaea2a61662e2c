import { PassThrough } from 'node:stream';
import { describe, expect, it, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import type { Prompter } from '../../src/host.ts';
import { createPrompter } from '../../src/terminal/prompts.ts';
import { fakeClock } from '../support/clock.ts';
import { converseWith, openOutput } from './converse.ts';
import { terminal } from './terminals.ts';

const enter = '\r';
const down = '\u001B[B';
const ctrlD = '\u0004';
const ctrlC = '\u0003';

function converse<Answer>(
  question: (prompter: Prompter) => Promise<Answer>,
  typed: readonly string[],
  info = terminal(),
) {
  return converseWith(createPrompter, info, question, typed);
}

const choices = [
  { value: 'ext_1', label: 'Sports Scoreboard', detail: 'my-scoreboard' },
  { value: 'ext_2', label: 'Chat\u001B[31m\u202E overlay\n', detail: 'chat' },
  { value: 'ext_3', label: 'Poll' },
];

describe('answers', () => {
  test.each<[string, (prompter: Prompter) => Promise<unknown>, readonly string[], unknown]>([
    ['text', (ask) => ask.text({ message: 'Name?' }), ['Chat', enter], 'Chat'],
    [
      'text with a default',
      (ask) => ask.text({ message: 'Name?', initial: 'Chat' }),
      [enter],
      'Chat',
    ],
    [
      'text that replaces a default',
      (ask) => ask.text({ message: 'Name?', initial: 'Chat' }),
      ['Poll', enter],
      'Poll',
    ],
    [
      'text that is checked',
      (ask) =>
        ask.text({
          message: 'Name?',
          check: (name) => (name === '' ? 'It needs a name.' : undefined),
        }),
      [enter, 'x', enter],
      'x',
    ],
    [
      'a secret',
      (ask) => ask.secret({ message: 'Key?', otherWay: 'Pipe it in.' }),
      ['lm_dev_1', enter],
      'lm_dev_1',
    ],
    ['yes', (ask) => ask.confirm({ message: 'Store?', initial: false }), ['y', enter], true],
    [
      'the default of a confirmation',
      (ask) => ask.confirm({ message: 'Store?', initial: false }),
      [enter],
      false,
    ],
    [
      'the second of a list',
      (ask) => ask.select({ message: 'Which?', choices }),
      [down, enter],
      'ext_2',
    ],
    [
      'one found by its label',
      (ask) => ask.select({ message: 'Which?', choices }),
      ['p', 'o', 'l', enter],
      'ext_3',
    ],
    [
      'one found by words of label and detail',
      (ask) => ask.select({ message: 'Which?', choices }),
      ['my- SPORTS', enter],
      'ext_1',
    ],
  ])('%s', async (_what, question, keys, expected) => {
    const { answer } = await converse(question, keys);
    await expect(answer).resolves.toBe(expected);
  });
});

describe('output', () => {
  it('never shows a secret, nor how long it is', async () => {
    const { answer, text } = await converse(
      (ask) => ask.secret({ message: 'Key?', otherWay: 'Pipe it in.' }),
      ['lm_dev_1', enter],
    );
    await answer;
    expect(text()).not.toMatch(/lm_dev|\*/);
    expect(text()).toContain('Key? [hidden]');
    expect(text().trimEnd()).toMatch(/\? Key\? \[hidden\]$/);
  });

  it('removes control characters from choices', async () => {
    const { answer, screen, text } = await converse(
      (ask) => ask.select({ message: 'Which?', choices }),
      [enter],
    );
    await answer;
    expect(text()).toContain('❯ Sports Scoreboard (my-scoreboard)');
    expect(text()).toContain('  Chat overlay  (chat)');
    expect(screen()).not.toMatch(/\u202E/);
  });

  it('wraps a long question between words, and leaves room for the input', async () => {
    const message =
      'This directory is linked to my-scoreboard. Link it to stream-countdown instead of that?';
    const { answer, text } = await converse(
      (ask) => ask.confirm({ message, initial: false }),
      ['y', enter],
    );
    await answer;
    expect(text()).toContain(
      '? This directory is linked to my-scoreboard. Link it to\n' +
        '  stream-countdown instead of that? (y/N)',
    );
    expect(text().trimEnd()).toMatch(/^ {2}stream-countdown instead of that\? Yes$/m);
  });

  it('keeps each choice on one line, also once it is selected', async () => {
    const { answer, text } = await converse(
      (ask) =>
        ask.select({ message: 'Which?', choices: [{ value: 'a', label: 'word '.repeat(30) }] }),
      [enter],
    );
    await answer;
    expect(text()).toMatch(/^❯ (?:word )*w…$/m);
    expect(text().trimEnd()).toMatch(/\? Which\? (?:word )*word…$/);
  });

  it('uses neither color nor Unicode without support', async () => {
    const { answer, screen, text } = await converse(
      (ask) => ask.select({ message: 'Which?', choices }),
      [enter],
      terminal({ unicode: false }),
    );
    await answer;
    expect(
      screen()
        .split('\u001B')
        .filter((part) => /^\[[\d;]*m/.test(part)),
    ).toEqual([]);
    expect(text()).toMatch(/^[\n\r -~]*$/);
  });

  it('uses color with support', async () => {
    const { answer, screen } = await converse(
      (ask) => ask.confirm({ message: 'Store?', initial: true }),
      [enter],
      terminal({ color: true }),
    );
    await answer;
    expect(screen()).toContain('\u001B[1mStore?\u001B[22m');
  });
});

function question(ask: Prompter): Promise<string> {
  return ask.secret({ message: 'Key?', otherWay: 'Pipe it in.' });
}

describe('more than one line as a secret', () => {
  test.each([
    ['in one read', ['one\rtwo\r']],
    ['marked as a paste', ['\u001B[200~one\rtwo\r\u001B[201~']],
    ['with a line separator', ['one\u2028two\r']],
  ])('is refused: %s', async (_how, reads) => {
    const { answer, text } = await converse(question, reads);
    await expect(answer).rejects.toMatchObject({
      kind: 'usage',
      problem: { code: 'several_lines', hint: 'Pipe it in.' },
    });
    expect(text()).not.toMatch(/one|two/);
  });

  it("isn't cancelled by trailing line ends, and ends bracketed paste", async () => {
    const { answer, screen } = await converse(question, ['\u001B[200~o\tne\r\n\r\n\u001B[201~']);
    await expect(answer).resolves.toBe('o\tne');
    expect(screen().startsWith(`\u001B[?2004h`) && screen().endsWith(`\u001B[?2004l`)).toBe(true);
  });
});

describe('no answer', () => {
  it('is cancelled by Ctrl-C, and restores the cursor', async () => {
    const { answer, screen } = await converse(question, [ctrlC]);
    const error = await answer.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LumioError);
    expect(error).toMatchObject({
      kind: 'interrupted',
      exitCode: 130,
      problem: { code: 'cancelled' },
    });
    expect(screen().lastIndexOf('\u001B[?25h')).toBeGreaterThan(
      screen().lastIndexOf('\u001B[?25l'),
    );
  });

  it('is cancelled by Ctrl-D', async () => {
    const { answer } = await converse(question, [ctrlD]);
    await expect(answer).rejects.toMatchObject({
      kind: 'interrupted',
      problem: { code: 'cancelled' },
    });
  });

  it('is cancelled when the input ends', async () => {
    const { answer, input } = await converse(question, []);
    input.end();
    await expect(answer).rejects.toMatchObject({
      kind: 'interrupted',
      problem: { code: 'cancelled' },
    });
  });

  it('is cancelled immediately if the input has ended', async () => {
    const input = new PassThrough();
    input.end().resume();
    await new Promise((resolve) => input.once('end', resolve));
    const prompter = createPrompter({
      input,
      output: openOutput(),
      signal: new AbortController().signal,
      clock: fakeClock(),
      terminal: terminal(),
    });
    await expect(prompter.text({ message: 'Name?' })).rejects.toMatchObject({
      problem: { code: 'cancelled' },
    });
  });

  it('rejects with the reason of the signal', async () => {
    const { answer, controller } = await converse(question, []);
    const reason = new LumioError('terminated', { code: 'terminated', message: 'Terminated.' });
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });
});
