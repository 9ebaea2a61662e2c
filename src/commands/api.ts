import {
  choice,
  defineCommand,
  flag,
  result,
  text,
  texts,
  type Result,
  type Values,
} from '../command.ts';
import type { FreeAnswer, FreeRequest } from '../api/client.ts';
import type { Context } from '../context.ts';
import { LumioError } from '../errors.ts';
import { foreign } from '../ui/format.ts';

const options = {
  method: choice('-X, --method <method>', 'GET unless there is a body, else POST', [
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
  ]),
  field: texts(
    '-f, --field <key=value>',
    'a field of the JSON body, or of the query of a GET; key:=value takes JSON',
  ),
  input: text('--input <file>', 'the JSON body as it is, from a file; "-" = stdin', {
    completes: 'file',
  }),
  form: texts('-F, --form <name=@file>', 'a field of a multipart body: @ and a file, or a text'),
  include: flag('-i, --include', 'status line and headers too'),
  spec: flag('--spec', 'print the OpenAPI 3.1 document of the API; no key, no request'),
} as const;

export const api = defineCommand({
  path: ['api'],
  summary: 'Send any request to the API, signed with the key in force',
  details:
    'The path is the one of the API page, with or without its leading slash (Git Bash would turn it into a Windows path). A full URL has to be below the API.\n' +
    'Into a pipe goes the very answer; on a terminal JSON is indented. What is no success goes to stderr as an error, with the exit code of every other command; with --json the whole answer stands beside it under "answer".',
  args: { path: text('[path]', 'such as extensions or extensions/<id>/versions') },
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
  given: Values<typeof options>,
  ctx: Context,
): Promise<FreeRequest> {
  const [{ freeRequest, sentSecret }, { readBytes }] = await Promise.all([
    ctx.rooms.freeRequest(),
    ctx.rooms.input(),
  ]);
  const words = {
    path,
    method: given.method,
    fields: given.field,
    form: given.form,
    input: given.input,
  };
  const request = await freeRequest(words, {
    cwd: ctx.host.cwd,
    readBytes: (name) => readBytes(name, ctx.host),
  });
  ctx.mask.hide(sentSecret(request) ?? '');
  return request;
}

async function shown(
  answer: FreeAnswer,
  { method }: FreeRequest,
  given: Values<typeof options>,
  ctx: Context,
): Promise<Result> {
  const { answerBytes, answerDocument, answerText, headLines } = await ctx.rooms.freeAnswer();
  const head = given.include ? `${headLines(answer).join('\n')}\n\n` : '';
  if (ctx.globals.json)
    return result(answerDocument(answer, given.include ? 'all' : 'body', method), () => []);
  if (ctx.host.stdout.isTerminal)
    return result(undefined, () => [foreign(head + answerText(answer))]);
  return result(undefined, () => [], {
    bytes: Buffer.concat([Buffer.from(ctx.mask.clean(head)), answerBytes(answer, ctx.mask.clean)]),
  });
}

/** stdout stays empty; for people the head, where it was asked for, comes before the error. */
async function failure(
  error: LumioError,
  answer: FreeAnswer,
  given: Values<typeof options>,
  ctx: Context,
): Promise<LumioError> {
  const { errorWithAnswer, headLines } = await ctx.rooms.freeAnswer();
  const progress = await ctx.progress();
  if (given.include) for (const headLine of headLines(answer)) progress.note(headLine);
  return errorWithAnswer(error, answer, given.include ? 'all' : 'body');
}

async function spec(
  given: Values<typeof options>,
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
    ctx.rooms.openApi(),
    ctx.rooms.apiUrl(),
  ]);
  return result(openApiDocument(parseApiUrl(ctx.globals.apiUrl)), (document) => [
    foreign(JSON.stringify(document, undefined, 2)),
  ]);
}

function wrong(code: string, message: string, hint: string): LumioError {
  return new LumioError('usage', { code, message, hint });
}
