import {
  choice,
  defineCommand,
  file,
  flag,
  result,
  string,
  strings,
  type Result,
  type ParsedValues,
} from '../cli/command.ts';
import { parseApiUrl } from '../api/api-url.ts';
import type { RawRequest } from '../api/client.ts';
import type { RawResponse } from '../api/response.ts';
import type { Context } from '../cli/context.ts';
import { LumioError, conflictingOptions, usageError } from '../errors.ts';
import { untrustedText } from '../terminal/view.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const method = choice(
  '-X, --method <method>',
  'HTTP method (default: POST with a body, else GET)',
  methods,
);

const options = {
  method: {
    ...method,
    parse: (raw: Parameters<typeof method.parse>[0]) =>
      method.parse(typeof raw === 'string' ? raw.toUpperCase() : raw),
  },
  field: strings(
    '-f, --field <key=value>',
    'JSON body field, or query parameter of a GET; key:=value for JSON, a[b]= and a[]= to nest',
  ),
  input: file('--input <file>', 'File to send as the body; "-" for stdin'),
  form: strings(
    '-F, --form <name=@file>',
    'Multipart form field: a string, or @ and a file ("-" for stdin)',
  ),
  header: strings('-H, --header <name:value>', 'Request header', { isSecret: true }),
  include: flag('-i, --include', 'Include the status line and headers'),
  spec: flag('--spec', 'Print the OpenAPI document of the API (needs no key, sends no request)'),
} as const;

export const api = defineCommand({
  path: ['api'],
  summary: 'Make an authenticated API request',
  details:
    'The path is relative to the API, such as extensions/<id>. The leading slash is ' +
    'optional; omit it in Git Bash, which rewrites such paths.\n' +
    'In a pipe, the output is the response body, byte for byte. In a terminal, JSON is ' +
    'indented. The exit code for an error response depends on its status; with --json, ' +
    'the error document contains the response under "response".',
  args: { path: string('[path]', 'API path, such as extensions or extensions/<id>/versions') },
  options,
  examples: {
    'lumio api extensions': 'GET /extensions',
    'lumio api -X PATCH extensions/ext_01j9k2m3n4p5q6r7 -f name=Scores': 'Send a JSON body',
    'lumio api extensions/ext_01j9k2m3n4p5q6r7/versions -F version=1.3.0 -F bundle=@dist/bundle.tar.gz':
      'Send a multipart body',
    'lumio api --spec > openapi.json': 'Save the OpenAPI document',
  },
  errors: ['auth', 'not_found', 'conflict', 'rejected', 'refused'],
  async run(args, values, ctx) {
    if (values.spec) return spec(values, args.path, ctx);
    if (args.path === undefined)
      throw usageError(
        'missing_argument',
        'No path specified.',
        'For example: lumio api extensions',
      );
    const request = await requestOf(args.path, values, ctx);
    const response = await (await ctx.client()).request(request);
    if (response.error !== undefined)
      throw await failure(response.error, response, { ...values, path: args.path }, ctx);
    return show(response, request, values, ctx);
  },
});

async function requestOf(
  path: string,
  values: ParsedValues<typeof options>,
  ctx: Context,
): Promise<RawRequest> {
  const [{ buildRawRequest, secretInRequest }, { readBytes }] = await Promise.all([
    import('../api/raw-request.ts'),
    import('../input/bytes.ts'),
  ]);
  const args = {
    path,
    method: values.method,
    fields: values.field,
    form: values.form,
    input: values.input,
    headers: values.header,
  };
  const request = await buildRawRequest(args, {
    cwd: ctx.host.cwd,
    readBytes: (name) => readBytes(name, ctx.host),
  });
  ctx.redact.addSecret(secretInRequest(request) ?? '');
  return request;
}

async function show(
  response: RawResponse,
  { method: requestMethod }: RawRequest,
  values: ParsedValues<typeof options>,
  ctx: Context,
): Promise<Result> {
  const { responseBytes, responseDocument, responseText, headLines } =
    await import('../api/response.ts');
  const head = values.include ? `${headLines(response).join('\n')}\n\n` : '';
  if (ctx.options.json)
    return result(
      responseDocument(response, values.include ? 'all' : 'body', requestMethod),
      () => [],
    );
  if (ctx.host.stdout.isTerminal)
    return result(undefined, () => [untrustedText(head + responseText(response))]);
  return result(undefined, () => [], {
    bytes: Buffer.concat([
      Buffer.from(ctx.redact.value(head)),
      responseBytes(response, ctx.redact.value),
    ]),
  });
}

/** stdout stays empty, so the head goes to stderr. */
async function failure(
  error: LumioError,
  response: RawResponse,
  { path, ...values }: ParsedValues<typeof options> & { readonly path: string },
  ctx: Context,
): Promise<LumioError> {
  const { errorWithResponse, headLines } = await import('../api/response.ts');
  const progress = await ctx.progress();
  if (values.include) for (const headLine of headLines(response)) progress.note(headLine);
  const shown = errorWithResponse(error, response, values.include ? 'all' : 'body');
  const hint = shown.problem.hint ?? hintFor(error.problem.status, path, values.field);
  return new LumioError(shown.kind, { ...shown.problem, hint });
}

function hintFor(
  status: number | undefined,
  path: string,
  fields: readonly string[],
): string | undefined {
  if (status === 422 && fields.some((raw) => !/^[^=]*:=/.test(raw)))
    return 'Values of -f key=value are strings. Write key:=value for a number, true or null.';
  return status === 404 && /(?:^|\/)extensions\/(?!ext_)[^/]/.test(path)
    ? 'An API path must contain the ID of an extension, not its slug. ' +
        '"lumio extensions list" shows both.'
    : undefined;
}

async function spec(
  values: ParsedValues<typeof options>,
  path: string | undefined,
  ctx: Context,
): Promise<Result> {
  const { method, input, field, form, header } = values;
  const others = [path, method, input, ...field, ...form, ...header].filter(
    (value) => value !== undefined,
  );
  if (others.length > 0)
    throw conflictingOptions(
      "--spec sends no request and can't be combined with other arguments.",
      'Remove the other arguments.',
    );
  const { openApiDocument } = await import('../api/openapi.ts');
  return result(openApiDocument(parseApiUrl(ctx.options.apiUrl)), (document) => [
    untrustedText(JSON.stringify(document, undefined, 2)),
  ]);
}
