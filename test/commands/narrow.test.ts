/**
 * Narrow terminals show long slugs, versions, paths and names whole. For the example of the sandbox,
 * test/e2e/tree.test.ts checks it for all commands.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { addFiles, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const slug = 'my-scoreboard-for-streams';
const [version, other] = ['1.10.0-beta.3', '1.10.0-beta.4'];
const secret = 'OBS_WEBSOCKET_PASSWORD_2';
const profile = 'streams-account';
const projects = ['../mono/packages/scoreboard-one', '../mono/packages/scoreboard-two'] as const;
/** These don't fit into 40 columns, so they are wrapped. */
const longFiles = ['assets/fonts/inter-variable-latin.woff2', 'assets/fonts/inter-variable.woff2'];

let cwd: string;
let env: Readonly<Record<string, string>>;
let ids: Readonly<Record<'extension' | 'version', string>>;

beforeAll(async () => {
  const sandbox = await openSandbox();
  const made = await sandbox.call('POST', '/extensions', { name: 'My scoreboard for streams' });
  const extension = String(at(made.body, 'extension', 'id'));
  await sandbox.call('PUT', `/extensions/${extension}/secrets/${secret}`, { value: 'a value' });
  const root = await temporaryDirectory({ 'work/.env': `${secret}=a value\n` });
  const targets = [
    { extensionId: slug, version },
    { extensionId: 'my-scoreboard', version: other },
  ];
  for (const [index, path] of projects.entries())
    await addFiles(`${root}/work/${path}`, {
      'lumio.config.json': JSON.stringify(targets[index]),
      ...Object.fromEntries(longFiles.map((file) => [`dist/${file}`, file])),
    });
  cwd = `${root}/work`;
  env = { ...sandbox.env, NO_COLOR: '1', LUMIO_CONFIG_DIR: `${root}/config` };
  const deployed = await runLumio(['deploy', projects[0], '--json'], { cwd, env });
  ids = { extension, version: String(at(deployed.json(), 'version', 'id')) };
  const login = { env: { ...env, LUMIO_API_KEY: '' }, stdin: sandbox.apiKey };
  await runLumio(['login', '--profile', profile, '--with-token'], login);
});

const rows: Readonly<Record<string, () => readonly string[]>> = {
  'extensions list': () => [slug, ids.extension],
  [`extensions get ${slug}`]: () => [slug, ids.extension],
  [`versions list ${slug}`]: () => [version, ids.version],
  [`versions get ${version} -e ${slug}`]: () => [version, ids.version],
  [`status ${slug}`]: () => [slug, version, ids.extension, secret],
  [`secrets list ${slug}`]: () => [secret],
  [`secrets import .env --dry-run -e ${slug}`]: () => [secret],
  'profiles list': () => [profile, env['LUMIO_API_URL'] ?? ''],
  [`deploy ${projects.join(' ')} --dry-run --skip-existing`]: () => [
    slug,
    version,
    other,
    ...projects,
  ],
  [`deploy ${projects[0]} --dry-run --skip-existing`]: () => [version, ...longFiles],
  [`pack ${projects[0]} --list`]: () => longFiles,
  commands: () => ['lumio extensions create', 'lumio profiles list'],
};

describe.each([60, 40])('in a terminal of %d columns', (columns) => {
  test.each(Object.entries(rows))('lumio %s', async (line, expected) => {
    const ran = await runLumio(line.split(' '), { cwd, env, terminal: { columns } });
    const unfolded = ran.stdout.replaceAll(/\n +/g, '');
    for (const text of expected())
      expect(longFiles.includes(text) ? unfolded : ran.stdout).toContain(text);
  });
});
