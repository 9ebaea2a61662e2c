/** Tables in docs/ match the sources. `UPDATE_DOCS=1` updates those between markers. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Endpoint, endpoints, errorCodes } from '../../src/api/contract.ts';
import { OneExtension, WrappedExtension } from '../../src/api/schemas.ts';
import { allSecretRules } from '../../src/archive/secret-rules.ts';
import { exitCodes } from '../../src/errors.ts';
import { LumioClient } from '../../src/library/index.ts';
import { type FaultKind, faultKinds } from '../../src/sandbox/faults.ts';
import { readPage, root } from './pages.ts';

const takesEffect: Readonly<Record<FaultKind['stage'], string>> = {
  none: 'yes',
  request: 'no',
  commit: 'yes',
  response: 'yes',
};

/** Arguments of methods that are objects. */
const objectArguments: Readonly<Record<string, string>> = {
  submission: '{ version, changelog, bundlePath }',
  request: '{ method, path, body }',
};
/** Methods without an endpoint of their own: what they send and return. */
const otherMethods: Readonly<Record<string, readonly string[]>> = {
  request: ['any', '`{ status, headers, body, error }`'],
  deploy: ['several', 'see [Deploy](#deploy)'],
};

function methodRow(name: string): string {
  const [, list = ''] = /\(([^)]*)\)/.exec(String(Reflect.get(LumioClient.prototype, name))) ?? [];
  const words = list.split(', ').filter((word) => word !== 'options');
  const args = words.map((word) => objectArguments[word] ?? word.replace(/ = .*/, ''));
  const endpoint = Object.entries<Endpoint>(endpoints).find(([key]) => key === name)?.[1];
  const [sends, returns] =
    endpoint === undefined
      ? (otherMethods[name] ?? [])
      : [`\`${endpoint.method} ${endpoint.path}\``, keysOf(endpoint)];
  return `| \`${name}(${args.join(', ')})\` | ${sends} | ${returns} |`.replace('|  |', '| |');
}

/** The keys of a response, as the library returns it. */
function keysOf({ method, response }: Endpoint): string {
  const schema = response.schema === OneExtension ? WrappedExtension : response.schema;
  if (!('entries' in schema)) return '';
  const keys = [
    ...Object.keys(Object(schema.entries)),
    ...(method === 'POST' ? ['recovered'] : []),
  ];
  return `\`{ ${keys.join(', ')} }\``;
}

const tables = {
  methods: {
    page: 'docs/library.md',
    rows: [
      '| method | endpoint | returns |',
      '| --- | --- | --- |',
      ...Object.getOwnPropertyNames(LumioClient.prototype)
        .filter((name) => name !== 'constructor' && name !== 'close')
        .map(methodRow),
    ],
  },
  faults: {
    page: 'docs/sandbox.md',
    rows: [
      '| fault | what happens | takes effect |',
      '| --- | --- | --- |',
      ...Object.entries(faultKinds).map(
        ([name, { stage, description }]) =>
          `| \`${name}\` | ${description} | ${takesEffect[stage]} |`,
      ),
    ],
  },
  'secret-rules': {
    page: 'docs/deploying.md',
    rows: [
      '| rule | what it finds | example |',
      '| --- | --- | --- |',
      ...allSecretRules().map(
        ({ id, message, example, isWarning }) =>
          `| \`${id}\`${isWarning === true ? ' (warning)' : ''} | ${message} | \`${example}\` |`,
      ),
    ],
  },
} as const;

describe.each(Object.entries(tables))('%s', (name, { page, rows }) => {
  test(`are listed in ${page}`, () => {
    const block = [`<!-- ${name} -->`, ...rows, `<!-- /${name} -->`].join('\n');
    const pattern = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`);
    const text = readPage(page);
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(
        join(root, page),
        text.replace(pattern, () => block),
      );
    else expect(text, 'Run "npm run docs".').toContain(block);
  });
});

describe('docs/troubleshooting.md', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'))
    .join('\n')
    // Long messages are sums of strings.
    .replaceAll(/['"`] \+\s+['"`]/g, '');
  const numbers = new Set<number>(Object.values(exitCodes).map(({ code }) => code));
  const rows = [
    ...readPage('docs/troubleshooting.md').matchAll(
      /^\| ((?:`[^`]+`(?:, )?)+) \| ((?:`\w+`(?:, )?)+) \| (\d+) \|/gm,
    ),
  ].map(([, messages = '', codes = '', exitCode = '']) => ({
    messages: quoted(messages),
    codes: quoted(codes),
    exitCode: Number(exitCode),
  }));

  test('lists error codes and exit codes that exist', () => {
    expect(rows.length).toBeGreaterThan(15);
    const codes = rows.flatMap((row) => row.codes);
    expect(
      codes.filter((code) => !Object.hasOwn(errorCodes, code) && !sources.includes(`'${code}'`)),
    ).toEqual([]);
    expect(rows.filter(({ exitCode }) => !numbers.has(exitCode))).toEqual([]);
  });

  test('quotes messages of the sources', () => {
    const parts = rows
      .flatMap(({ messages }) => messages)
      .flatMap((message) => message.split('…'))
      .map((part) => part.trim().replace(/[.:]$/, ''));
    expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
  });
});

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}
