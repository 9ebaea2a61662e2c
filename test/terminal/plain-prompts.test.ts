import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import type { Prompter } from '../../src/host.ts';
import { createPlainPrompter } from '../../src/terminal/plain-prompts.ts';
import { converseWith } from './converse.ts';
import { terminal } from './terminals.ts';

function converse<Answer>(
  question: (prompter: Prompter) => Promise<Answer>,
  typed: readonly string[],
) {
  return converseWith(createPlainPrompter, terminal({ unicode: false }), question, typed);
}

const choices = [
  { value: 'ext_1', label: 'Scores', detail: 'my-scoreboard' },
  { value: 'ext_2', label: 'Chat\u001B[31m…' },
];
const choose = (ask: Prompter) => ask.select({ message: 'Which?', choices });
const secret = (ask: Prompter) => ask.secret({ message: 'Key?', otherWay: 'Pipe it in.' });

describe('answers', () => {
  test.each<[string, (prompter: Prompter) => Promise<unknown>, readonly string[], unknown]>([
    ['text', (ask) => ask.text({ message: 'Name?' }), ['Chat\n'], 'Chat'],
    [
      'text with a default',
      (ask) => ask.text({ message: 'Name?', initial: 'Chat' }),
      ['\n'],
      'Chat',
    ],
    [
      'text that is checked',
      (ask) =>
        ask.text({
          message: 'Name?',
          check: (name) => (name === '' ? 'It needs one.' : undefined),
        }),
      ['\n', 'x\n'],
      'x',
    ],
    ['a secret with a corrected typo', secret, ['lm_dev_x\u007F1', '2\r'], 'lm_dev_12'],
    ['a secret with a deleted line', secret, ['mistyped\u0015lm_dev_1', '\u00042\r'], 'lm_dev_12'],
    ['yes', (ask) => ask.confirm({ message: 'Store?', initial: false }), ['Y\n'], true],
    ['no', (ask) => ask.confirm({ message: 'Store?', initial: true }), ['what\n', 'no\n'], false],
    [
      'the default of a confirmation',
      (ask) => ask.confirm({ message: 'Store?', initial: true }),
      ['\n'],
      true,
    ],
    ['a choice by its number', choose, ['0\n', '3\n', '2\n'], 'ext_2'],
    ['a choice by its name', choose, ['nothing\n', 'my-scoreboard\n'], 'ext_1'],
  ])('%s', async (_what, question, typed, expected) => {
    const { answer } = await converse(question, typed);
    await expect(answer).resolves.toBe(expected);
  });
});

test('moves no cursor, and removes control characters from server text', async () => {
  const { answer, screen } = await converse(choose, ['1\n']);
  await answer;
  expect(screen()).toBe('Which?\n  1) Scores (my-scoreboard)\n  2) Chat...\n? Number or name: ');
});

test('a secret is never shown', async () => {
  const { answer, screen } = await converse(secret, ['lm_dev_1\r']);
  await answer;
  expect(screen()).toBe('? Key? [hidden]\n');
});

test.each([
  ['in one read', ['one\rtwo\r']],
  ['marked as a paste', ['\u001B[200~one\rtwo\r\u001B[201~']],
])('a secret of several lines is refused: %s', async (_how, typed) => {
  const { answer, screen } = await converse(secret, typed);
  await expect(answer).rejects.toMatchObject({
    kind: 'usage',
    problem: { code: 'several_lines', hint: 'Pipe it in.' },
  });
  expect(screen()).toBe('? Key? \n');
});

describe('no answer', () => {
  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s at a secret', async (_key, typed) => {
    const { answer, screen } = await converse(secret, [typed]);
    await expect(answer).rejects.toMatchObject({
      kind: 'interrupted',
      problem: { code: 'cancelled' },
    });
    expect(screen()).toBe('? Key? \n');
  });

  test.each([
    ['a line', choose],
    ['a secret', secret],
  ])('the input ends at %s', async (_what, question) => {
    const { answer, input } = await converse(question, []);
    input.end();
    await expect(answer).rejects.toMatchObject({
      kind: 'interrupted',
      problem: { code: 'cancelled' },
    });
  });

  test.each([
    ['a line', choose],
    ['a secret', secret],
  ])('the signal is aborted at %s', async (_what, question) => {
    const { answer, controller } = await converse(question, []);
    const reason = new LumioError('terminated', { code: 'terminated', message: 'Terminated.' });
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });
});
