/** A server that repeats a secret, in any encoding and place, can't make lumio print a part of it. */
import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { autoClose } from '../support/clean-up.ts';
import { runLumio } from '../support/host.ts';
import { charEncoders, secretValue } from '../support/secret-forms.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

type Place = (echo: string, response: ServerResponse) => unknown;

const places: Readonly<Record<string, Place>> = {
  message: (echo, response) =>
    sendJson(response, 422, { error: { code: 'no', message: `Value ${echo} is bad` } }),
  code: (echo, response) => sendJson(response, 422, { error: { code: echo, message: 'No.' } }),
  details: (echo, response) =>
    sendJson(response, 422, {
      error: { code: 'no', message: 'No.', details: [{ field: 'value', message: echo }, echo] },
      [echo]: { [echo]: [echo] },
    }),
  text: (echo, response) =>
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`Failed: ${echo} was sent`),
  page: (echo, response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end(`<title>${echo}</title>`),
  success: (echo, response) => sendJson(response, 200, { ok: true, value: echo }),
};

/** How a server writes a whole value: each character in its own way, or all of it as bytes. */
const wholeEncoders: readonly ((value: string) => string)[] = [
  (value) => Buffer.from(value).toString('base64'),
  (value) => Buffer.from(value).toString('base64url'),
  (value) => Buffer.from(value).toString('hex'),
];

interface Echo {
  readonly value: string;
  /** The forms of its characters; for bytes, the characters of the encoding. */
  readonly forms: readonly string[];
  readonly text: string;
  readonly place: string;
  readonly options: readonly string[];
}

function written(value: string): fc.Arbitrary<Pick<Echo, 'forms' | 'text'>> {
  const byCharacter = fc
    .array(fc.constantFrom(...charEncoders), { minLength: value.length })
    .map((ways) => Array.from(value, (char, at) => ways[at]?.(char) ?? char))
    .map((forms) => ({ forms, text: forms.join('') }));
  const whole = fc
    .constantFrom(...wholeEncoders)
    .map((encode) => ({ forms: Array.from(encode(value)), text: encode(value) }));
  // The first seven characters are those of the user.
  const basic = Buffer.from(`user:${value}`).toString('base64');
  const credentials = { forms: Array.from(basic.slice(7)), text: basic };
  return fc.oneof({ weight: 4, arbitrary: byCharacter }, whole, fc.constant(credentials));
}

/** Codes and keys that could be words are kept. */
const keepsWords = new Set(['code', 'details']);

const echo: fc.Arbitrary<Echo> = fc
  .record({
    secret: secretValue,
    place: fc.constantFrom(...Object.keys(places)),
    options: fc.constantFrom([], ['--json'], ['--verbose'], ['--quiet']),
  })
  .chain(({ secret, ...rest }) => {
    const value = keepsWords.has(rest.place) ? `#${secret}` : secret;
    return written(value).map((how) => ({ value, ...how, ...rest }));
  });

/** Shorter parts occur by chance. */
const tellingLength = 6;

/** Parts of so many characters, as they are and as they were sent, without those of blanks only. */
function parts({ value, forms }: Echo): string[] {
  const chars = Array.from(value);
  const isBlank = (at: number): boolean =>
    forms.length === chars.length && /^[\s+]*$/.test(chars.slice(at, at + tellingLength).join(''));
  return [chars, forms].flatMap((units) =>
    Array.from({ length: Math.max(0, units.length - tellingLength + 1) }, (_, at) => at)
      .filter((at) => !isBlank(at))
      .map((at) => units.slice(at, at + tellingLength).join('')),
  );
}

test('prints no part of a secret that a server repeats', async () => {
  let respond: (response: ServerResponse) => unknown = () => undefined;
  const server = autoClose(await startScriptedServer((_, response) => respond(response)));
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_any' };
  const argv = ['secrets', 'set', 'TOKEN', '-e', 'ext_1', '--max-wait', '0'];
  const outputOf = async (sent: Echo, text: string): Promise<string> => {
    respond = (response) => places[sent.place]?.(text, response);
    const ran = await runLumio([...argv, ...sent.options], { env, stdin: sent.value });
    return ran.stdout + ran.stderr;
  };
  await fc.assert(
    fc.asyncProperty(echo, async (sent) => {
      const shown = await outputOf(sent, sent.text);
      const left = parts(sent).filter((part) => shown.includes(part));
      // Our own words are printed anyway.
      const plain = left.length === 0 ? '' : await outputOf(sent, 'nothing');
      expect(left.filter((part) => !plain.includes(part))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
  expect(server.seen.length).toBeGreaterThanOrEqual(1000);
});
