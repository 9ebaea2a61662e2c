/**
 * POSTs that must take effect once. When the answer is lost, the server is asked whether the request took effect before anything is
 * sent again; a success is never told without having been seen, and what stays open is said.
 */
import { LumioError } from '../errors.ts';
import {
  extended,
  nextWaitMs,
  waitFor,
  type SendResult,
  type ExchangeOptions,
  type NamedRequest,
  type RetryBudget,
} from './send-with-retry.ts';
import type { HttpResponse } from './http.ts';

/** The answer to a POST, or what the server listed after the answer had been lost. */
export interface AtMostOnceResult<Result> {
  readonly answer: Result;
  /** The answer was lost; the result is made from the server's list. */
  readonly recovered: boolean;
}

/** What the server lists that was not there before: what was sent, or something that keeps it from being sent again. */
export type SubmittedMatch<Result> =
  | { readonly answer: Result }
  | { readonly obstacle: (lost: LumioError) => LumioError };

/** A POST and how to find out whether it took effect. */
export interface AtMostOnceJob<Result> {
  /** What is made, for messages: `Version 1.3.0`. */
  readonly what: string;
  /** Past participle of what is done to it: `submitted`. */
  readonly done: string;
  /** Command line that shows whether it is there. */
  readonly check: string;
  readonly request: NamedRequest;
  /** Sends it, with the retries that are harmless. */
  send(): Promise<SendResult>;
  /** @throws LumioError `unexpected_response` when the answer doesn't say that it was done */
  read(answer: HttpResponse): Result;
  /** Asks the server for it. */
  find(): Promise<SubmittedMatch<Result> | undefined>;
  /** Whether a part of the request has left this machine. */
  hasLeft(): boolean;
  onSettling?(): void;
}

export interface AtMostOnceOptions extends ExchangeOptions {
  readonly signal: AbortSignal;
}

/**
 * Has a job done once.
 * @throws LumioError of whatever ended it; when it may have been done all the same, the message says so and `next` is how to check
 */
export async function sendAtMostOnce<Result>(
  job: AtMostOnceJob<Result>,
  patience: RetryBudget,
  options: AtMostOnceOptions,
): Promise<AtMostOnceResult<Result>> {
  try {
    return await sendUntilSettled(job, patience, options);
  } catch (error) {
    if (
      !(error instanceof LumioError) ||
      !options.signal.aborted ||
      !job.hasLeft() ||
      patience.change === 'refused'
    )
      throw error;
    throw mayBeDone(job, error, 'It was stopped before the outcome was known.');
  }
}

async function sendUntilSettled<Result>(
  job: AtMostOnceJob<Result>,
  patience: RetryBudget,
  options: AtMostOnceOptions,
): Promise<AtMostOnceResult<Result>> {
  let wasUnclear = false;
  for (let attempts = 1; ; attempts += 1) {
    const sent = await job.send();
    const reading = read(job, sent);
    if ('answer' in reading) return { answer: reading.answer, recovered: false };
    // A success that can't be read, and a redirect, may stand for a request that took effect.
    wasUnclear ||= sent.isUnclear || (sent.outcome.kind === 'answer' && sent.outcome.status < 400);
    if (!wasUnclear) throw reading.error;
    job.onSettling?.();
    const found = await ask(job, sent, reading.error, options);
    if (found !== undefined) return { answer: answerOf(found, reading.error), recovered: true };
    if (sent.error === undefined)
      throw mayBeDone(job, reading.error, 'The server does not list it.');
    const waitMs = nextWaitMs(
      { request: job.request, outcome: sent.outcome, attempts, isKnownVoid: true },
      patience,
      options,
    );
    if (waitMs === undefined) throw notDone(job, reading.error);
    await waitFor({ waitMs, attempts, error: reading.error }, options);
  }
}

function read<Result>(
  job: AtMostOnceJob<Result>,
  sent: SendResult,
): { answer: Result } | { error: LumioError } {
  if (sent.error !== undefined) return { error: sent.error };
  try {
    return { answer: job.read(sent.outcome) };
  } catch (mismatch) {
    if (mismatch instanceof LumioError) return { error: mismatch };
    throw mismatch;
  }
}

/** The server may still be committing: it is asked more than once before "not there" is believed. */
const pausesMs = [0, 250, 500, 1000, 2000];
/** After a timeout, here or at a gateway, it may take the server as long again. */
const longPausesMs = [...pausesMs, 4000, 8000];

/** An unreachable server is asked again this often; each time with what is left of the retries. */
const mostFailedAsks = 5;
const pauseAfterFailureMs = 500;

/** @returns what was found; undefined when the server was asked as often as it takes and never listed it, nor anything in its way */
async function ask<Result>(
  job: AtMostOnceJob<Result>,
  sent: SendResult,
  lost: LumioError,
  options: Pick<AtMostOnceOptions, 'clock' | 'signal'>,
): Promise<SubmittedMatch<Result> | undefined> {
  let failures = 0;
  let obstacle: SubmittedMatch<Result> | undefined;
  for (const pauseMs of isSlow(sent) ? longPausesMs : pausesMs) {
    if (pauseMs > 0) await options.clock.sleep(pauseMs, options.signal);
    let reply = await find(job);
    while ('problem' in reply) {
      options.signal.throwIfAborted();
      failures += 1;
      if (failures === mostFailedAsks)
        throw mayBeDone(
          job,
          lost,
          `The server could not be asked about it: ${reply.problem.message}`,
        );
      await options.clock.sleep(pauseAfterFailureMs, options.signal);
      reply = await find(job);
    }
    if (reply.found !== undefined && 'answer' in reply.found) return reply.found;
    // What was sent may be listed a moment later, beside it.
    obstacle = reply.found ?? obstacle;
  }
  return obstacle;
}

function isSlow({ outcome }: SendResult): boolean {
  return outcome.kind === 'failure'
    ? outcome.isTimeout
    : outcome.status === 408 || outcome.status === 504;
}

async function find<Result>(
  job: AtMostOnceJob<Result>,
): Promise<{ found: SubmittedMatch<Result> | undefined } | { problem: LumioError }> {
  try {
    return { found: await job.find() };
  } catch (error) {
    if (error instanceof LumioError) return { problem: error };
    throw error;
  }
}

function answerOf<Result>(found: SubmittedMatch<Result>, lost: LumioError): Result {
  if ('answer' in found) return found.answer;
  throw found.obstacle(lost);
}

/** That it may have been done although no answer said so. */
export function mayBeDone(
  job: Pick<AtMostOnceJob<unknown>, 'what' | 'done' | 'check'>,
  error: LumioError,
  reason: string,
): LumioError {
  return extended(error, `${reason} ${job.what} may have been ${job.done}.`, {
    hint: 'Look whether it is there before you send it again.',
    next: job.check,
  });
}

function notDone(job: AtMostOnceJob<unknown>, error: LumioError): LumioError {
  if (error.kind === 'conflict') return probablyDone(job, error);
  const sentence = `Asked several times afterwards, the server does not list it: unless it shows up late, ${lowerFirst(job.what)} was not ${job.done}.`;
  return extended(error, sentence, {
    hint: 'Look once more whether it is there, then run the command again.',
    next: job.check,
  });
}

/** The server refuses it as a duplicate after an answer was lost: it has it, however late it lists it. */
function probablyDone(job: AtMostOnceJob<unknown>, error: LumioError): LumioError {
  const sentence = `Probably this command ${job.done} ${lowerFirst(job.what)} itself: an earlier answer was lost, and the server does not list it yet.`;
  return extended(error, sentence, {
    hint: 'Look in a moment whether it is there.',
    next: job.check,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
