import {
  choice,
  defineCommand,
  flag,
  result,
  string,
  strings,
  type Result,
  type ParsedValues,
} from '../cli/command.ts';
import type { RawResponse, RawRequest } from '../api/client.ts';
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';
import { untrustedText } from '../terminal/view.ts';

const options = {
  method: choice('-X, --method <method>', 'GET unless there is a body, else POST', [
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
  ]),
  field: strings(
    '-f, --field <key=value>',
    'a field of the JSON body, or of the query of a GET; key:=value takes JSON',
  ),
  input: string('--input <file>', 'the JSON body as it is, from a file; "-" = stdin', {
    completion: 'file',
  }),
  form: strings('-F, --form <name=@file>', 'a field of a multipart body: @ and a file, or a text'),
  include: flag('-i, --include', 'status line and headers too'),
  spec: flag('--spec', 'print the OpenAPI 3.1 document of the API; no key, no request'),
} as const;

export const api = defineCommand({
  path: ['api'],
  summary: 'Send any request to the API, signed with the key in force',
  details:
    'The path is the one of the API page, with or without its leading slash (Git Bash would turn it into a Windows path). A full URL has to be below the API.\n' +
    'Into a pipe goes the very answer; on a terminal JSON is indented. What is no success goes to stderr as an error, with the exit code of every other command; with --json the whole answer stands beside it under "answer".',
  args: { path: string('[path]', 'such as extensions or extensions/<id>/versions') },
  options,
  examples: [
    { command: 'lumio api extensions', text: 'GET /extensions' },
    {
      command: 'lumio api -X PATCH extensions/ext_01j9k2m3n4p5q6r7 -f visibility=public',
      text: 'A JSON body',
    },
    {
      command:
        'lumio api extensions/ext_01j9k2m3n4p5q6r7/versions -F version=1.3.0 -F bundle=@dist/bundle.tar.gz',
      text: 'A multipart body',
    },
    { command: 'lumio api --spec > openapi.json', text: 'The API for generators and mock servers' },
  ],
  errors: ['auth', 'not_found', 'conflict', 'rejected', 'refused'],
  json: 'the API\'s answer; {"status"} where it answered nothing; with --include {"status", "headers", "body"}; with --spec the OpenAPI document; an error carries the API\'s document under "answer"',
  async run(args, given, ctx) {
    if (given.spec) return spec(given, args.path, ctx);
    if (args.path === undefined)
      throw wrong(
        'missing_argument',
        'It is not said which path is asked for.',
        'Such as: lumio api extensions',
      );
    const request = await requestOf(args.path, given, ctx);
    const answer = await (await ctx.client()).request(request);
    if (answer.error !== undefined) throw await failure(answer.error, answer, given, ctx);
    return shown(answer, request, given, ctx);
  },
});

async function requestOf(
  path: string,
  given: ParsedValues<typeof options>,
  ctx: Context,
): Promise<RawRequest> {
  const [{ buildRawRequest, sentSecret }, { readBytes }] = await Promise.all([
    import('../api/raw-request.ts'),
    import('../input/bytes.ts'),
  ]);
  const words = {
    path,
    method: given.method,
    fields: given.field,
    form: given.form,
    input: given.input,
  };
  const request = await buildRawRequest(words, {
    cwd: ctx.host.cwd,
    readBytes: (name) => readBytes(name, ctx.host),
  });
  ctx.redact.addSecret(sentSecret(request) ?? '');
  return request;
}

async function shown(
  answer: RawResponse,
  { method }: RawRequest,
  given: ParsedValues<typeof options>,
  ctx: Context,
): Promise<Result> {
  const { responseBytes, responseDocument, responseText, headLines } =
    await import('../api/response.ts');
  const head = given.include ? `${headLines(answer).join('\n')}\n\n` : '';
  if (ctx.options.json)
    return result(responseDocument(answer, given.include ? 'all' : 'body', method), () => []);
  if (ctx.host.stdout.isTerminal)
    return result(undefined, () => [untrustedText(head + responseText(answer))]);
  return result(undefined, () => [], {
    bytes: Buffer.concat([
      Buffer.from(ctx.redact.value(head)),
      responseBytes(answer, ctx.redact.value),
    ]),
  });
}

/** stdout stays empty; for people the head, where it was asked for, comes before the error. */
async function failure(
  error: LumioError,
  answer: RawResponse,
  given: ParsedValues<typeof options>,
  ctx: Context,
): Promise<LumioError> {
  const { errorWithResponse, headLines } = await import('../api/response.ts');
  const progress = await ctx.progress();
  if (given.include) for (const headLine of headLines(answer)) progress.note(headLine);
  return errorWithResponse(error, answer, given.include ? 'all' : 'body');
}

async function spec(
  given: ParsedValues<typeof options>,
  path: string | undefined,
  ctx: Context,
): Promise<Result> {
  const others = [path, given.method, given.input, ...given.field, ...given.form].filter(
    (word) => word !== undefined,
  );
  if (others.length > 0)
    throw wrong(
      'conflicting_options',
      '--spec sends no request, so it takes nothing else.',
      'Leave the rest out.',
    );
  const [{ openApiDocument }, { parseApiUrl }] = await Promise.all([
    import('../api/openapi.ts'),
    import('../api/api-url.ts'),
  ]);
  return result(openApiDocument(parseApiUrl(ctx.options.apiUrl)), (document) => [
    untrustedText(JSON.stringify(document, undefined, 2)),
  ]);
}

function wrong(code: string, message: string, hint: string): LumioError {
  return new LumioError('usage', { code, message, hint });
}
