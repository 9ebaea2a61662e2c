/** A sandbox behind a proxy that breaks connections, and a project directory. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndpointName } from '../../src/api/contract.ts';
import { type Fault, parseFault } from '../../src/sandbox/faults.ts';
import { findRoute } from '../../src/sandbox/request.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import exampleState from '../../src/sandbox/example.json';
import { type FastClock, fastClock } from '../support/clock.ts';
import { addFiles, exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { runLumio } from '../support/host.ts';
import { logLine } from '../support/sandbox.ts';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import type { Column } from './kinds.ts';

export const draftId = 'ext_7draft7draft7dr';
export const faultEnvKey = `lm_dev_${'s'.repeat(53)}k3y1`;

export const faultSeed = {
  extensions: [
    ...exampleState.extensions,
    {
      id: draftId,
      slug: 'my-draft',
      name: 'Draft',
      versions: [{ id: 'ver_draft', version: '0.9.0', status: 'pending' }],
    },
  ],
};

/** Doesn't compress, so that an upload can be cut in the middle. */
const picture = randomBytes(50_000);
export const projectFiles = async () => ({
  ...smallProject,
  'dist/picture.png': picture,
  'bundle.tar.gz': await (bundle ??= packBundle()),
  '.env': 'TOKEN=a "b"\nOTHER="x\\ny"\n',
});
/** For `lumio api -F`. */
let bundle: Promise<Buffer> | undefined;

export interface FaultEnv {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly clock: FastClock;
  /** Requests to the endpoint of the fault. */
  requestCount(): number;
  /** The requests that reached the server, such as `POST /extensions 201 (fault slow)`. */
  readonly log: readonly string[];
  /** Stops the server after delayed commits. @returns the server's data and the user's files */
  end(): Promise<unknown>;
}

export interface InjectedFault {
  /** `never`, unless the command waits for the review: its result would depend on the time. */
  readonly review: 'approve' | 'never';
  readonly endpoint: EndpointName;
  readonly skip: number;
  readonly column: Column | undefined;
}

export async function openFaultEnv(fault: InjectedFault): Promise<FaultEnv> {
  const directory = await temporaryDirectory();
  const [cwd, dataDir, config] = [
    join(directory, 'project'),
    join(directory, 'data'),
    join(directory, 'config'),
  ];
  await addFiles(cwd, await projectFiles());
  const clock = fastClock();
  const log: string[] = [];
  const settings = {
    port: 0,
    apiKey: faultEnvKey,
    dataDir,
    seed: faultSeed,
    tempDir: directory,
    reviewMode: fault.review,
    reviewAfterMs: 10_000,
    rateLimit: 'off',
    latencyMs: 0,
  } as const;
  const sandbox = await startSandbox({
    ...settings,
    clock,
    faults: sandboxFaults(fault),
    log: (entry) => log.push(logLine(entry)),
  });
  let requestCount = 0;
  const proxy = await startCuttingProxy(sandbox.port, (requestLine) => {
    if (endpointOf(requestLine) !== fault.endpoint) return { kind: 'pass' };
    requestCount += 1;
    const isFaulty =
      fault.column?.repeat === 'always'
        ? requestCount > fault.skip
        : requestCount === fault.skip + 1;
    return (isFaulty ? fault.column?.cut : undefined) ?? { kind: 'pass' };
  });
  const end = async (): Promise<unknown> => {
    await clock.idle();
    await proxy.close();
    await sandbox.close();
    return { server: await serverState(dataDir), ...(await localState(cwd, config)) };
  };
  const env = {
    LUMIO_API_URL: `${proxy.origin}/developer/v1`,
    LUMIO_API_KEY: faultEnvKey,
    LUMIO_CONFIG_DIR: config,
  };
  return { env, cwd, clock, requestCount: () => requestCount, log, end };
}

function sandboxFaults({ endpoint, skip, column }: InjectedFault): Fault[] {
  if (column?.sandbox === undefined) return [];
  const [name = '', seconds] = column.sandbox.split('@');
  const times = column.repeat === 'once' ? ':1' : '';
  const text = `${endpoint}=${name}${times}${seconds === undefined ? '' : `@${seconds}`}`;
  return [...(skip === 0 ? [] : [`${endpoint}=ok:${skip}`]), text].map(parseFault);
}

function endpointOf(requestLine: string): EndpointName | undefined {
  // After an early response the rest of a body may look like a request line.
  const { method, path } =
    /^(?<method>[A-Z]+) (?<path>\/[^ ?]*)\S* HTTP\/1\.1$/.exec(requestLine)?.groups ?? {};
  return method === undefined || path === undefined ? undefined : findRoute(method, path).name;
}

/** The data that a command can change, without what the review changes. */
async function serverState(dataDir: string): Promise<unknown> {
  const { extensions }: typeof exampleState = JSON.parse(
    await readFile(join(dataDir, 'state.json'), 'utf8'),
  );
  const bundles = (await readdir(dataDir, { recursive: true }))
    .filter((name) => name.endsWith('.tar.gz'))
    .sort();
  return {
    extensions: extensions.map(({ name, slug, visibility, description, versions, secrets }) => ({
      name,
      slug,
      visibility,
      description,
      secrets,
      versions: versions.map(({ version, changelog, bundleSizeBytes }) => ({
        version,
        changelog,
        bundleSizeBytes,
      })),
    })),
    bundles: await Promise.all(
      bundles.map(async (name) =>
        createHash('sha256')
          .update(await readFile(join(dataDir, name)))
          .digest('hex'),
      ),
    ),
  };
}

async function localState(
  cwd: string,
  config: string,
): Promise<{ manifest: string; stored: string }> {
  const stored = await readdir(config, { recursive: true }).catch(() => []);
  const texts = await Promise.all(
    stored
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFile(join(config, name), 'utf8')),
  );
  return {
    manifest: normalised(await readFile(join(cwd, 'lumio.config.json'), 'utf8')),
    stored: normalised(texts.join('\n')),
  };
}

/** Replaces IDs of the server, times, ports and directories. */
export function normalised(text: string): string {
  return text
    .replaceAll(/\b(ext|ver|req)_(?!01j9|7draft|abc123|older|draft)[0-9a-z]{8,}/g, '$1_new')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\/[\w/.-]*lumio-test-\w+/g, 'DIRECTORY');
}

async function packBundle(): Promise<Buffer> {
  const cwd = await temporaryDirectory();
  await addFiles(cwd, {
    'dist/index.html': `<title>${exampleId}</title>`,
    'dist/picture.png': picture,
    'package.json': '{"version":"1.4.0"}',
  });
  return (await runLumio(['pack', '-o', '-'], { cwd })).stdoutBytes;
}
