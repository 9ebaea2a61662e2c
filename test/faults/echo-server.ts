/** A hostile server that repeats the key and the request's data in every part of a response. */
import type { ServerResponse } from 'node:http';
import {
  type ScriptedServer,
  type SeenRequest,
  sendJson,
  startScriptedServer,
} from '../support/servers/scripted-server.ts';

interface Echo {
  readonly key: string;
  /** The value of a secret, if one was sent; else the key. */
  readonly value: string;
  readonly request: SeenRequest;
}

const escape = '\u001B';

/** Where the echo appears → how to respond. */
export const echoes = {
  'in the message of an error': ({ key, value }: Echo, response: ServerResponse) =>
    sendJson(response, 422, {
      error: { code: 'validation_error', message: `${key} may not set ${value}`, status: 422 },
    }),
  'in the code of an error': ({ key }: Echo, response: ServerResponse) =>
    sendJson(response, 403, { error: { code: key, message: 'No.', status: 403 } }),
  'line by line': ({ value }: Echo, response: ServerResponse) =>
    sendJson(response, 422, {
      error: { code: 'no', message: value.split('\n').join(' | '), status: 422 },
    }),
  'as escapes and base64': ({ key, value }: Echo, response: ServerResponse) => {
    const forms = [value, key].flatMap((text) => [
      JSON.stringify(text),
      encodeURIComponent(text),
      Buffer.from(text).toString('base64'),
      Buffer.from(`user:${text}`).toString('base64url'),
    ]);
    sendJson(response, 409, { error: { code: 'conflict', message: forms.join(' '), status: 409 } });
  },
  'in color': ({ key, value }: Echo, response: ServerResponse) =>
    sendJson(response, 422, {
      error: {
        code: 'no',
        message:
          `${escape}[31m${key}${escape}[0m \u202E${value}\u202C ` +
          `${escape}]8;;http://x/${key}${escape}\\link`,
        status: 422,
      },
    }),
  'with colors in its middle': ({ key, value }: Echo, response: ServerResponse) => {
    const torn = (text: string): string => `${text.slice(0, 9)}${escape}[0m\u200B${text.slice(9)}`;
    sendJson(response, 422, {
      error: { code: 'no', message: `${torn(key)} ${torn(value)}`, status: 422 },
    });
  },
  'as text with colors in its middle': ({ key, value }: Echo, response: ServerResponse) => {
    const torn = (text: string): string =>
      `${text.slice(0, 9)}${escape}[0m${text.slice(9, 13)}\u200B\u0000${text.slice(13)}`;
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${torn(key)} ${torn(value)}`);
  },
  'in headers': ({ key }: Echo, response: ServerResponse) => {
    const headers = {
      'x-request-id': key,
      'retry-after': key,
      'www-authenticate': `Bearer ${key}`,
      'content-type': `text/${key}`,
      server: key,
    };
    response.writeHead(401, headers).end();
  },
  'in a redirect': ({ key }: Echo, response: ServerResponse) =>
    response.writeHead(302, { location: `http://127.0.0.1:9/${key}/?key=${key}` }).end(),
  'in a redirect to the same origin': ({ key, request }: Echo, response: ServerResponse) =>
    response
      .writeHead(request.path.includes('again') ? 500 : 307, {
        location: `/developer/v1/again/${key}`,
      })
      .end(),
  'in the title of a page': ({ key, value }: Echo, response: ServerResponse) =>
    response
      .writeHead(502, { 'content-type': 'text/html' })
      .end(`<title>${key} ${value}</title>${value}`),
  'at the end of an excerpt': ({ key, value }: Echo, response: ServerResponse) =>
    response
      .writeHead(500, { 'content-type': 'text/plain' })
      .end(`${'.'.repeat(95)} ${value} ${key}`),
  'across the end of an excerpt of a success': ({ key }: Echo, response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`${'.'.repeat(60)} ${key}`),
  'in each field of a success': ({ key, value }: Echo, response: ServerResponse) => {
    const entry = {
      id: key,
      slug: value,
      name: `${key}${value}`,
      status: key,
      visibility: value,
      version: key,
      [key]: { [value]: [value] },
    };
    sendJson(response, 200, {
      extensions: [entry],
      versions: [entry],
      keys: [key, value],
      extension: entry,
      version: entry,
      total: 1,
      active: 1,
      byVersion: { [key]: 1 },
    });
  },
} as const;

export type Place = keyof typeof echoes;

export function startEchoServer(place: Place): Promise<ScriptedServer> {
  return startScriptedServer((request, response) => {
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    return echoes[place]({ key, value: valueOf(request.body) ?? key, request }, response);
  });
}

function valueOf(body: Buffer): string | undefined {
  try {
    const sent: unknown = JSON.parse(body.toString());
    return typeof sent === 'object' && sent !== null && 'value' in sent
      ? String(sent.value)
      : undefined;
  } catch {
    return undefined;
  }
}
