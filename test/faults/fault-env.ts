/** One sandbox behind a proxy that cuts connections, a project to work in, and all that is there afterwards. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndpointName } from '../../src/api/contract.ts';
import { type Fault, parseFault } from '../../src/sandbox/faults.ts';
import { findRoute } from '../../src/sandbox/router.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import exampleState from '../../src/sandbox/example.json';
import { addFiles, exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { logLine } from '../support/sandbox.ts';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { type FastClock, fastClock } from './auto-advancing-clock.ts';
import type { Column } from './kinds.ts';

export const draftId = 'ext_7draft7draft7dr';
export const stageKey = `lm_dev_${'s'.repeat(53)}k3y1`;

const seed = {
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

/** Does not compress, so that an upload can be cut in its middle. */
const picture = randomBytes(200_000);
const projectFiles = {
  ...smallProject,
  'dist/picture.png': picture,
  'bundle.tar.gz': await bundle(),
  '.env': 'TOKEN=a "b"\nOTHER="x\\ny"\n',
};

export interface Stage {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly clock: FastClock;
  /** How often the struck endpoint was asked. */
  asked(): number;
  /** `POST /extensions 201 (fault …)` for each request that reached the server. */
  readonly log: readonly string[];
  /** Lets the server finish, stops it, and tells all that is there: on the server and in the user's folders. */
  end(): Promise<unknown>;
}

export interface Strike {
  /** Whether the review decides; else what it changes would come and go with the time. */
  readonly review: 'approve' | 'never';
  readonly endpoint: EndpointName;
  readonly spares: number;
  readonly column: Column | undefined;
}

export async function openStage(strike: Strike): Promise<Stage> {
  const folder = await temporaryDirectory();
  const [cwd, dataDir, config] = [
    join(folder, 'project'),
    join(folder, 'data'),
    join(folder, 'config'),
  ];
  await addFiles(cwd, projectFiles);
  const clock = fastClock();
  const log: string[] = [];
  const calm = {
    port: 0,
    apiKey: stageKey,
    dataDir,
    seed,
    tempDir: folder,
    reviewMode: strike.review,
    reviewAfterMs: 10_000,
    rateLimit: 'off',
    latencyMs: 0,
  } as const;
  const sandbox = await startSandbox({
    ...calm,
    clock,
    faults: sandboxFaults(strike),
    log: (entry) => log.push(logLine(entry)),
  });
  let asked = 0;
  const proxy = await startCuttingProxy(sandbox.port, (requestLine) => {
    if (endpointOf(requestLine) !== strike.endpoint) return { kind: 'pass' };
    asked += 1;
    const isStruck =
      strike.column?.strikes === 'always' ? asked > strike.spares : asked === strike.spares + 1;
    return (isStruck ? strike.column?.cut : undefined) ?? { kind: 'pass' };
  });
  const end = async (): Promise<unknown> => {
    await clock.idle();
    await proxy.close();
    await sandbox.close();
    return { server: await serverState(dataDir), ...(await localState(cwd, config)) };
  };
  const env = {
    LUMIO_API_URL: `${proxy.origin}/developer/v1`,
    LUMIO_API_KEY: stageKey,
    LUMIO_CONFIG_DIR: config,
  };
  return { env, cwd, clock, asked: () => asked, log, end };
}

function sandboxFaults({ endpoint, spares, column }: Strike): Fault[] {
  if (column?.sandbox === undefined) return [];
  const [name = '', seconds] = column.sandbox.split('@');
  const text = `${endpoint}=${name}${column.strikes === 'once' ? ':1' : ''}${seconds === undefined ? '' : `@${seconds}`}`;
  return [...(spares === 0 ? [] : [`${endpoint}=ok:${spares}`]), text].map(parseFault);
}

function endpointOf(requestLine: string): EndpointName | undefined {
  // What follows an answer that came early is the rest of a body.
  const { method, path } =
    /^(?<method>[A-Z]+) (?<path>\/[^ ?]*)\S* HTTP\/1\.1$/.exec(requestLine)?.groups ?? {};
  return method === undefined || path === undefined ? undefined : findRoute(method, path).name;
}

/** What a command can change, without what the review changes meanwhile. */
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

/** Without what is different each time: ids that the server made, times, ports, folders. */
export function normalised(text: string): string {
  return text
    .replaceAll(/\b(ext|ver|req)_(?!01j9|7draft|abc123|older|draft)[0-9a-z]{8,}/g, '$1_new')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\/[\w/.-]*lumio-test-\w+/g, 'FOLDER');
}

/** A bundle for `lumio api -F`, made by the tool itself. */
async function bundle(): Promise<Buffer> {
  const { runLumio } = await import('../support/host.ts');
  const cwd = await temporaryDirectory();
  await addFiles(cwd, {
    'dist/index.html': `<title>${exampleId}</title>`,
    'dist/picture.png': picture,
    'package.json': '{"version":"1.4.0"}',
  });
  return (await runLumio(['pack', '-o', '-'], { cwd })).stdoutBytes;
}
