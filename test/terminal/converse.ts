import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, vi } from 'vitest';
import type { Prompter } from '../../src/host.ts';
import type { TerminalInfo } from '../../src/terminal/detect.ts';
import type { createPrompter } from '../../src/terminal/prompts.ts';
import { fakeClock } from '../support/clock.ts';

/** A stream that, like stderr, outlives the prompts, which end any other stream. */
export const openOutput = () => Object.assign(new PassThrough(), { _isStdio: true });

/** Asks, waits until the question is on the screen, then types read by read. */
export async function converseWith<Answer>(
  create: typeof createPrompter,
  info: TerminalInfo,
  question: (prompter: Prompter) => Promise<Answer>,
  typed: readonly string[],
) {
  const input = new PassThrough();
  const output = openOutput();
  let drawn = '';
  output.on('data', (chunk: Buffer) => {
    drawn += chunk.toString();
  });
  const controller = new AbortController();
  const answer = question(
    create({ input, output, signal: controller.signal, clock: fakeClock(), terminal: info }),
  );
  answer.catch(() => undefined);
  const text = (): string => stripVTControlCharacters(drawn);
  await vi.waitFor(() => expect(text()).toContain('?'));
  for (const read of typed) {
    await new Promise((resolve) => setImmediate(resolve));
    input.write(read);
  }
  await new Promise((resolve) => setImmediate(resolve));
  return { answer, input, controller, screen: () => drawn, text };
}
