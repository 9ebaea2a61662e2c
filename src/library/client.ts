/** `LumioClient`: the API as typed methods. The first call loads the implementation. */
import type { Client } from '../api/client.ts';
import type { EndpointResponse } from '../api/contract.ts';
import type { Extension, ExtensionInput, InstallStats, Version } from '../api/resources.ts';
import type { DeployReport } from '../deploy/steps.ts';
import { LumioError } from '../errors.ts';
import { checkClientOptions } from './client-options.ts';
import type { Connection } from './connection.ts';
import type { Method } from './inputs.ts';
import type {
  CallOptions,
  ClientOptions,
  DeployOptions,
  RawRequest,
  RawResponse,
  Recovered,
  Signal,
  Submission,
} from './types.ts';

/**
 * A client of the Developer REST API. Each method is one endpoint of the API page, with the
 * retries, limits and checks of the command line. All failures are LumioErrors with a `kind`; an
 * aborted call fails with kind `interrupted`.
 */
export class LumioClient {
  readonly #options: ClientOptions;
  /** For calls without a signal. */
  #shared: Promise<Connection> | undefined;
  #closing = new AbortController();

  /**
   * Nothing is read or sent before the first call.
   * @throws LumioError usage, for an unknown or invalid option
   */
  constructor(options: ClientOptions = {}) {
    checkClientOptions(options);
    this.#options = options;
  }

  /** `GET /extensions` */
  listExtensions(options?: CallOptions): Promise<{ readonly extensions: readonly Extension[] }> {
    return this.#call('listExtensions', { options }, (client) => client.call('listExtensions'));
  }

  /** `GET /extensions/:id` */
  getExtension(id: string, options?: CallOptions): Promise<{ readonly extension: Extension }> {
    return this.#call('getExtension', { id, options }, async (client) =>
      wrapped(await client.call('getExtension', { id })),
    );
  }

  /** `POST /extensions`. Lists them first, to recognize the new one if the response is lost. */
  createExtension(
    input: ExtensionInput & { name: string },
    options?: CallOptions,
  ): Promise<{ readonly extension: Extension } & Recovered> {
    return this.#call('createExtension', { input, options }, async (client) => {
      const { response, recovered } = await client.createExtension(input);
      return { ...response, recovered };
    });
  }

  /** `PATCH /extensions/:id` */
  updateExtension(
    id: string,
    input: ExtensionInput,
    options?: CallOptions,
  ): Promise<{ readonly extension: Extension }> {
    return this.#call('updateExtension', { id, input, options }, async (client) =>
      wrapped(await client.call('updateExtension', { id }, { body: input })),
    );
  }

  /** `DELETE /extensions/:id`, for extensions that were never publicly listed. */
  deleteExtension(id: string, options?: CallOptions): Promise<void> {
    return this.#call('deleteExtension', { id, options }, (client) =>
      client.call('deleteExtension', { id }),
    );
  }

  /** `GET /extensions/:id/versions` */
  listVersions(
    id: string,
    options?: CallOptions,
  ): Promise<{ readonly versions: readonly Version[] }> {
    return this.#call('listVersions', { id, options }, (client) =>
      client.call('listVersions', { id }),
    );
  }

  /**
   * `POST /extensions/:id/versions` with a packed archive. Lists the versions first, to recognize
   * the new one if the response is lost.
   */
  submitVersion(
    id: string,
    submission: Submission,
    options?: CallOptions,
  ): Promise<{ readonly version: Version } & Recovered> {
    return this.#call('submitVersion', { id, submission, options }, async (client) =>
      (await import('./deploy.ts')).submitArchive(client, id, submission),
    );
  }

  /** `GET /extensions/:id/installs` */
  getInstalls(id: string, options?: CallOptions): Promise<InstallStats> {
    return this.#call('getInstalls', { id, options }, (client) =>
      client.call('getInstalls', { id }),
    );
  }

  /** `PUT /extensions/:id/secrets/:key` */
  setSecret(id: string, key: string, value: string, options?: CallOptions): Promise<void> {
    return this.#call('setSecret', { id, key, value, options }, (client) =>
      client.call('setSecret', { id, key }, { body: { value } }),
    );
  }

  /** `DELETE /extensions/:id/secrets/:key` */
  deleteSecret(id: string, key: string, options?: CallOptions): Promise<void> {
    return this.#call('deleteSecret', { id, key, options }, (client) =>
      client.call('deleteSecret', { id, key }),
    );
  }

  /** `GET /extensions/:id/secrets`: names only. */
  listSecrets(id: string, options?: CallOptions): Promise<{ readonly keys: readonly string[] }> {
    return this.#call('listSecrets', { id, options }, (client) =>
      client.call('listSecrets', { id }),
    );
  }

  /**
   * Sends any request with the API key. Returns a response with any status; throws only if there is
   * none.
   */
  request(request: RawRequest, options?: CallOptions): Promise<RawResponse> {
    return this.#call('request', { request, options }, async (client) =>
      client.request({ ...request, body: (await import('./inputs.ts')).bodyOf(request) }),
    );
  }

  /**
   * Packs a built directory and submits it as a new version, as `lumio deploy` does: checks first,
   * and submits at most once.
   * @param dir the built directory, or a project that contains one
   */
  deploy(dir: string, options: DeployOptions = {}): Promise<DeployReport> {
    const run = async (connection: Connection): Promise<DeployReport> =>
      (await import('./deploy.ts')).deployDirectory(dir, options, connection);
    return this.#with('deploy', { dir, options }, run, true);
  }

  /**
   * Aborts pending calls, which fail with kind `interrupted`, and closes the connections, which
   * otherwise keep the process alive for a few seconds. The next call opens new ones.
   */
  async close(): Promise<void> {
    this.#shared = undefined;
    const message = 'The client was closed.';
    this.#closing.abort(new LumioError('interrupted', { code: 'client_closed', message }));
    this.#closing = new AbortController();
  }

  #call<Result>(
    method: Method,
    input: Input,
    run: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const isAlone = input.options?.signal !== undefined;
    return this.#with(method, input, ({ client }) => run(client), isAlone);
  }

  async #with<Result>(
    method: Method,
    input: Input,
    run: (connection: Connection) => Promise<Result>,
    isAlone: boolean,
  ): Promise<Result> {
    const closing = this.#closing.signal;
    const { checkInput } = await import('./inputs.ts');
    checkInput(method, input);
    const connection = await (isAlone
      ? this.#connect([closing, input.options?.signal])
      : this.#connected(closing));
    try {
      return await run(connection);
    } finally {
      if (isAlone) connection.close();
      connection.throwCallbackError();
    }
  }

  #connected(closing: AbortSignal): Promise<Connection> {
    if (closing.aborted) return this.#connect([closing]);
    if (this.#shared !== undefined) return this.#shared;
    const connection = this.#connect([closing]);
    this.#shared = connection;
    const forget = (): void => {
      if (this.#shared === connection) this.#shared = undefined;
    };
    // What was missing, such as a key, may be set before the next call.
    connection.then(({ signal }) => signal.addEventListener('abort', forget), forget);
    return connection;
  }

  async #connect(signals: readonly (Signal | undefined)[]): Promise<Connection> {
    const { connect } = await import('./connection.ts');
    return connect(this.#options, [this.#options.signal, ...signals]);
  }
}

/** The arguments of a method by name. */
interface Input {
  readonly [name: string]: unknown;
  readonly options: CallOptions | undefined;
}

/** The API page doesn't say whether one extension comes wrapped or bare. */
async function wrapped(
  response: EndpointResponse<'getExtension'>,
): Promise<{ readonly extension: Extension }> {
  const { extensionOf } = await import('../api/schemas.ts');
  return { extension: extensionOf(response) };
}
