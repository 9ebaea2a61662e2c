/** Redirects (RFC 9110 15.4): followed for GET within the API's own origin, never anywhere else, since the key would go there. */
import { LumioError } from '../errors.ts';
import type { NetworkFailure } from './failure.ts';
import type { HttpResponse, HttpRequest, Transport } from './http.ts';

const mostRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Follows redirects of a transport's answers.
 * @param origin the API's own, such as `https://api.lumio.vision`
 * @returns a transport that hands back the redirect itself where it is not followed, and a failure for a circle
 */
export function followRedirects(transport: Transport, origin: string): Transport {
  return {
    close: transport.close,
    send: async (request) => {
      let outcome = await transport.send(request);
      let path: string | undefined = request.path;
      for (let count = 0; count < mostRedirects && outcome.kind === 'answer'; count += 1) {
        path = nextPath(request, outcome, new URL(path, origin));
        if (path === undefined) return outcome;
        outcome = await transport.send({ ...request, path });
      }
      return outcome.kind === 'answer' &&
        nextPath(request, outcome, new URL(path, origin)) !== undefined
        ? endless(request, outcome)
        : outcome;
    },
  };
}

function endless({ method, path }: HttpRequest, { status }: HttpResponse): NetworkFailure {
  const error = new LumioError('unexpected_response', {
    code: 'redirected',
    message: `${method} ${path.split('?', 1)[0] ?? ''} was redirected ${mostRedirects + 1} times within the API: it seems to go on in a circle.`,
    hint: 'Check that --api-url points to the Lumio API; if it does, ask its operators.',
    status,
  });
  return { kind: 'failure', error, reach: 'fully', isFinal: true, isTimeout: false };
}

function nextPath(request: HttpRequest, answer: HttpResponse, from: URL): string | undefined {
  const target = request.method === 'GET' ? redirectTarget(answer, from) : undefined;
  return target?.origin === from.origin ? `${target.pathname}${target.search}` : undefined;
}

/** Where an answer redirects to; undefined when it is no redirect. */
function redirectTarget({ status, headers }: HttpResponse, from: URL): URL | undefined {
  const location = headers['location'];
  return redirects.has(status) && location !== undefined && URL.canParse(location, from.href)
    ? new URL(location, from)
    : undefined;
}
