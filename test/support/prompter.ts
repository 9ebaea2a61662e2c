/** Prompts with scripted answers. */
import type { Prompter } from '../../src/host.ts';

/** An answer and its prompt. */
export interface ScriptedAnswer {
  readonly kind: keyof Prompter;
  /** Data in the question, such as a name. */
  readonly to?: string;
  readonly answer: string | boolean;
}

export interface Script {
  readonly prompter: Prompter;
  /** `kind: message` of each question that was asked. */
  readonly questions: readonly string[];
  /** @throws Error if a prompt was unexpected or an answer is unused */
  checkUsedUp(): void;
}

export function scriptedPrompter(answers: readonly ScriptedAnswer[]): Script {
  const left = [...answers];
  const questions: string[] = [];
  const unexpected: string[] = [];
  const next = (kind: keyof Prompter, message: string): string | boolean => {
    questions.push(`${kind}: ${message}`);
    const [first] = left;
    if (first?.kind === kind && message.includes(first.to ?? '')) return left.shift()?.answer ?? '';
    unexpected.push(`${kind}: ${message}`);
    throw new Error(`unexpected prompt: "${message}"`);
  };
  const prompter: Prompter = {
    text: async ({ message, check }) => {
      const answer = String(next('text', message));
      const problem = check?.(answer);
      if (problem !== undefined) throw new Error(`the answer "${answer}" is refused: ${problem}`);
      return answer;
    },
    secret: async ({ message }) => String(next('secret', message)),
    confirm: async ({ message }) => next('confirm', message) === true,
    select: async ({ message, choices }) => {
      const answer = String(next('select', message));
      if (!choices.some(({ value }) => value === answer))
        throw new Error(
          `"${answer}" isn't among the choices: ${choices.map(({ value }) => value).join(', ')}`,
        );
      return answer;
    },
  };
  const checkUsedUp = (): void => {
    if (unexpected.length > 0) throw new Error(`asked unexpectedly: ${unexpected.join('; ')}`);
    if (left.length > 0) throw new Error(`never asked: ${left.map(({ kind }) => kind).join('; ')}`);
  };
  return { prompter, questions, checkUsedUp };
}
