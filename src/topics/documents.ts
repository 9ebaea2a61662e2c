/** The JSON document of each command, as a JSON Schema. */
import { deploy, pack } from './deploy-documents.ts';
import {
  errorBody,
  extension,
  version,
  anyOf,
  anything,
  apiObject,
  described,
  flag,
  integer,
  type JsonSchema,
  list,
  notes,
  nullable,
  number,
  object,
  oneOf,
  response,
  text,
} from './json-schema.ts';

const extensionId = object({ id: text });

const secretResult = object(
  {
    key: text,
    action: oneOf('add', 'replace', 'keep', 'delete'),
    outcome: described('planned: not tried', oneOf('done', 'failed', 'planned')),
    sizeBytes: nullable(integer),
  },
  { error: errorBody },
);

const commandDescription = object(
  {
    path: list(text),
    usage: text,
    summary: text,
    aliases: list(text),
    args: list(anything),
    options: list(anything),
    errors: list(anything),
    exitCodes: list(integer),
    examples: list(object({ command: text, text })),
    json: described('The schema of the document', anything),
  },
  { details: text },
);

/** By the words of the command. */
const documents: Readonly<Record<string, JsonSchema>> = {
  login: object({
    profile: text,
    key: described('Masked', text),
    apiUrl: text,
    stored: oneOf(true),
    path: described('The file with the stored keys', text),
  }),
  logout: object({ profile: text, deleted: described('false if no key was stored', flag) }),
  whoami: object({
    key: described('Masked', text),
    source: described('LUMIO_API_KEY, LUMIO_TOKEN, LUMIO_API_KEY_FILE or profile', text),
    hides: described('Other keys that the active key overrides', list(text)),
    profile: text,
    apiUrl: text,
    extensionCount: integer,
  }),
  'profiles list': object({
    profiles: list(
      object({
        name: text,
        apiUrl: text,
        key: described('Masked', text),
        active: flag,
        savedAt: nullable(text),
      }),
    ),
  }),
  init: object({
    outcome: oneOf('linked', 'unchanged'),
    created: described('Whether the extension is new', flag),
    extension: object({ id: text, slug: nullable(text), name: nullable(text) }),
    path: described('lumio.config.json', text),
    previousId: nullable(text),
  }),
  status: object({
    extension,
    live: described('The version that users get', nullable(version)),
    review: described('The newest version in review', nullable(version)),
    rejected: described('The newest version, if it was rejected', nullable(version)),
    installs: nullable(response('getInstalls')),
    secrets: described('Names', nullable(list(text))),
    dashboard: nullable(text),
    next: described('A command line', text),
    failures: list(object({ part: text, error: object({ code: text, message: text }) })),
  }),
  open: object({ page: oneOf('dashboard', 'store', 'docs'), url: text, opened: flag }),
  'extensions list': response('listExtensions'),
  'extensions get': response('getExtension'),
  'extensions create': apiObject(
    {
      extension,
      recovered: described('The response was lost; the extension was found on the server', flag),
    },
    { notes },
  ),
  'extensions update': anyOf(apiObject({ extension }, { notes }), extension),
  'extensions delete': object({
    extension: object({ id: text, slug: nullable(text) }),
    deleted: oneOf(true),
  }),
  'versions list': response('listVersions'),
  'versions get': object({ version }),
  'versions wait': object({ version: described('The approved version', version) }),
  deploy,
  pack,
  'installs stats': response('getInstalls', {
    inactive: number,
    versions: list(
      object({
        id: text,
        version: described("null if the versions list doesn't contain the ID", nullable(text)),
        count: number,
        share: described('Share of the active installs, from 0 to 1', number),
      }),
    ),
  }),
  'secrets set': object({
    key: text,
    set: oneOf(true),
    sizeBytes: integer,
    cutNewline: described('Whether a final newline from stdin was removed', flag),
    notes: described('Such as final_newline or byte_order_mark', list(text)),
    extension: extensionId,
  }),
  'secrets list': response('listSecrets'),
  'secrets delete': object({ key: text, deleted: oneOf(true), extension: extensionId }),
  'secrets import': object({
    secrets: list(secretResult),
    overridden: list(object({ key: text, line: integer, byLine: integer })),
    notes: list(object({ line: integer, reason: oneOf('hash', 'quote') })),
    extension: extensionId,
  }),
  api: described(
    'The response body. {"status"} if it is empty; with --include also headers',
    anything,
  ),
  'sandbox start': object({ url: text, apiKey: text, port: integer }),
  'sandbox exec': described('The output of the command', anything),
  doctor: object({
    lumio: text,
    node: text,
    platform: text,
    settings: list(object({ name: text, value: anything, source: text })),
    checks: list(
      object(
        { name: text, status: oneOf('ok', 'warning', 'failed', 'skipped'), message: text },
        { hint: text, next: text, code: described('As in error.code', text) },
      ),
    ),
  }),
  completion: object({ shell: text, script: text }),
  commands: object({
    version: text,
    groups: list(anything),
    commands: list(commandDescription),
    options: list(anything),
    errors: list(anything),
    exitCodes: list(object({ code: integer, meanings: list(text) })),
    environment: list(object({ name: text, meaning: text }, { option: text })),
  }),
  help: described('A command as in lumio commands, or the data of the topic', anything),
};

/** @param path the words after `lumio` */
export function documentSchema(path: readonly string[]): JsonSchema {
  const name = path.join(' ');
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `lumio ${name} --json`,
    ...documents[name],
  };
}
