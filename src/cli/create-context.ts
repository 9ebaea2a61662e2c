/** The context of one run. Expensive members are imported and created on first use. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isRealApi, parseApiUrl, shownApiUrl } from '../api/api-url.ts';
import {
  type Credential,
  hintForKey,
  checkKeyForm,
  checkNoSandboxKey,
  findCredential,
} from '../auth/credentials.ts';
import type { Client } from '../api/client.ts';
import { type Store, openStore } from '../auth/store.ts';
import { LumioError } from '../errors.ts';
import type { Host, Prompter } from '../host.ts';
import { hintForTarget } from '../project/follow-up.ts';
import { findManifest, findSettings } from '../project/manifest.ts';
import { createTargetResolver } from '../project/target-resolver.ts';
import type { Target } from '../project/target.ts';
import { once } from '../shared/async.ts';
import { version } from '../../package.json';
import { terminalOf } from '../terminal/detect.ts';
import { type Progress, createProgress } from '../terminal/progress.ts';
import type { Redact } from '../terminal/redact.ts';
import type { Context, Credentials, Prompts } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import { createLogger, gitHubActions } from './logger.ts';
import { stdinWithNotice } from './stdio.ts';

/** @returns the context; `close` drops connections and clears progress from the terminal */
export function createContext(
  processHost: Host,
  options: GlobalOptions,
  redact: Redact,
): Context & Closable {
  let shown: Progress | undefined;
  const log = createLogger({ host: processHost, options, redact, activeProgress: () => shown });
  // Inherits instead of copying, since reading `cwd` throws when the directory is deleted.
  const host: Host = Object.create(processHost, {
    stdin: { value: stdinWithNotice(processHost, log.note) },
  });
  const base: Base = { host, options, redact, log };
  const terminal: Context['terminal'] = async (stream) => {
    await log.flush();
    return terminalOf(host, host[stream], { noColor: options.noColor, redact });
  };
  const progress = once(async () => {
    const quiet = options.quiet || options.json;
    shown = await createProgress({ host, terminal: await terminal('stderr'), quiet });
    return shown;
  });
  const github = once(() => gitHubActions(host, redact));
  const targets = new Map<string, Target>();
  const credentials = createCredentials({ ...base, github });
  const clients = createClients({ ...base, progress, github, credentials, targets });
  const { client } = clients;
  const project = once(() => readProject(base));
  const prompts = createPrompts(base);
  const target = createTargetResolver({ ...base, prompts, client, project, targets });
  return {
    ...base,
    prompts,
    terminal,
    progress,
    github,
    credentials,
    client,
    project,
    target,
    close: async () => {
      await log.flush();
      shown?.stop();
      await clients.close();
    },
  };
}

async function readProject({ host, log }: Base): ReturnType<Context['project']> {
  const manifest = await findManifest(host.cwd);
  for (const warning of manifest?.warnings ?? []) log.warn(warning);
  return manifest;
}

export async function hostIn(host: Host, directory: unknown): Promise<Host> {
  if (typeof directory !== 'string') return host;
  const cwd = resolve(host.cwd, directory);
  const isDirectory = await stat(cwd).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (directory !== '' && isDirectory) return Object.create(host, { cwd: { value: cwd } });
  throw new LumioError('usage', {
    code: 'no_working_directory',
    message: "The --cwd value isn't a directory.",
    hint: 'Specify a directory that exists.',
  });
}

type Base = Pick<Context, 'host' | 'options' | 'redact' | 'log'>;
type Closable = { readonly close: () => Promise<void> };

function createPrompts({ host, options, redact, log }: Base): Prompts {
  const open = async (disabled: LumioError): Promise<Prompter> => {
    await log.flush();
    if (!options.interactive) throw disabled;
    return host.prompter({ noColor: options.noColor, redact });
  };
  const requireConfirmation: Prompts['requireConfirmation'] = (consequence) =>
    open(
      new LumioError('confirmation', {
        code: 'confirmation_required',
        message: `${consequence} Confirmation is required, and prompts are disabled here.`,
        hint: 'Pass --yes to confirm.',
      }),
    );
  return {
    require: (missing) => open(new LumioError('usage', { code: 'missing_input', ...missing })),
    requireConfirmation,
    confirm: async ({ consequence, question, declined }) => {
      if (options.yes) return;
      const prompter = await requireConfirmation(consequence);
      if (await prompter.confirm({ message: question, initial: false })) return;
      const message = `Not confirmed. ${declined}`;
      throw new LumioError('confirmation', { code: 'not_confirmed', message });
    },
  };
}

function createCredentials({
  host,
  options,
  redact,
  log,
  github,
}: Base & Pick<Context, 'github'>): Credentials {
  const store = (): Store => openStore(host);
  const active = once(async () => {
    const { apiUrl, explicit, profile } = options;
    const settings = await findSettings(host.cwd).catch(() => undefined);
    for (const warning of settings?.warnings ?? []) log.warn(warning);
    const selection = { profile, isProfileExplicit: explicit.includes('profile') };
    const found = await findCredential(host, { ...selection, apiUrl: shownApiUrl(apiUrl) }, store);
    redact.addSecret(found.key, 'api-key');
    await (await github())?.maskKey(found.key);
    checkKeyForm(found.key, found.label);
    return found;
  });
  return { active, store };
}

interface ClientDeps extends Base, Pick<Context, 'progress' | 'github' | 'credentials'> {
  readonly targets: ReadonlyMap<string, Target>;
}

function createClients(deps: ClientDeps): Pick<Context, 'client'> & Closable {
  const opened: Client[] = [];
  const connect = async (apiKey: string, credential?: Credential): Promise<Client> => {
    await (await deps.github())?.maskKey(apiKey);
    const client = await createApiClient(deps, apiKey, credential);
    opened.push(client);
    return client;
  };
  const active = once(async () => {
    // First, because the checks of a stored key need a valid URL.
    parseApiUrl(deps.options.apiUrl);
    const credential = await deps.credentials.active();
    return connect(credential.key, credential);
  });
  return {
    client: async (apiKey) => (apiKey === undefined ? active() : connect(apiKey)),
    close: async () => {
      for (const client of opened) await client.close();
    },
  };
}

async function createApiClient(
  { host, options, redact, log, progress, targets }: ClientDeps,
  apiKey: string,
  credential: Credential | undefined,
): Promise<Client> {
  const { createClient } = await import('../api/client.ts');
  if (isRealApi(options.apiUrl)) checkNoSandboxKey(apiKey);
  const trace = (line: string): void => {
    void host.stderr.write(redact.sentence(`${line}\n`));
  };
  return createClient({
    baseUrl: parseApiUrl(options.apiUrl),
    apiKey,
    userAgent: `lumio/${version} node/${host.nodeVersion} ${host.platform}`,
    timeoutMs: options.timeoutMs,
    maxWaitMs: options.maxWaitMs,
    env: host.env,
    clock: host.clock,
    signal: host.signal,
    pause: async ({ ms, reason }) => (await progress()).countdown(ms, reason, host.signal),
    onRequest: host.stderr.isTerminal ? showWait(options.apiUrl, progress) : undefined,
    addSecret: redact.addSecret,
    note: log.note,
    originHints: {
      forKey: credential && hintForKey(credential),
      forExtension: (id) =>
        new URL(options.apiUrl).pathname === '/'
          ? { hint: 'Check the API URL; it usually ends in /developer/v1.' }
          : hintForTarget(targets.get(id), host.cwd),
    },
    ...(options.verbose ? { trace } : {}),
  });
}

/** Shorter waits show no progress. */
const waitShownAfterMs = 500;

/** Shows in a terminal what lumio waits for. */
function showWait(
  apiUrl: string,
  progress: () => Promise<Progress>,
): (request: { readonly method: string; readonly path: string }) => () => void {
  return ({ method, path }) => {
    const ended = new AbortController();
    const show = async (): Promise<void> => {
      const shown = await progress();
      if (ended.signal.aborted) return;
      const [noun = 'the extension'] = /(?:extensions|versions|installs|secrets)$/.exec(path) ?? [];
      const action = method === 'GET' ? `Loading ${noun}` : 'Waiting for the response';
      const end = shown.waitFor(`${action} (${new URL(apiUrl).host})`);
      ended.signal.addEventListener('abort', end);
    };
    const timer = setTimeout(() => void show().catch(() => undefined), waitShownAfterMs).unref();
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  };
}
