/** No output or file contains a part of a secret, whatever the server repeats. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../support/clock.ts';
import { runLumio, type HostOptions } from '../support/host.ts';
import { addFiles, smallProject, temporaryDirectory } from '../support/project.ts';
import { canariesBelow, canaryIn, canaryKey, canarySecrets } from './canaries.ts';
import { echoes, type Place, startEchoServer } from './echo-server.ts';

const dotenv =
  `PLAIN=${canarySecrets.plain}\nLINES='${canarySecrets.lines}'\n` +
  `JSON='${canarySecrets.json}'\n`;

const commands: readonly { readonly argv: readonly string[]; readonly stdin?: string }[] = [
  { argv: ['whoami'] },
  { argv: ['doctor'] },
  { argv: ['login', '--with-token'], stdin: canaryKey },
  { argv: ['login', '--token', canaryKey] },
  { argv: ['extensions', 'list'] },
  { argv: ['extensions', 'get'] },
  { argv: ['extensions', 'create', '--name', 'Clock'] },
  { argv: ['init', '-e', 'ext_1', '--yes'] },
  { argv: ['versions', 'list'] },
  { argv: ['installs', 'stats'] },
  { argv: ['deploy'] },
  { argv: ['secrets', 'set', 'PLAIN', canarySecrets.plain] },
  { argv: ['secrets', 'set', 'LINES'], stdin: canarySecrets.lines },
  { argv: ['secrets', 'set', 'JSON'], stdin: canarySecrets.json },
  { argv: ['secrets', 'import', 'secrets.env'] },
  { argv: ['api', 'extensions', '-i'] },
  { argv: ['api', 'extensions/ext_1/secrets/LINES', '-X', 'PUT', '--input', 'body.json', '-i'] },
];

const ways: readonly {
  readonly name: string;
  readonly options: readonly string[];
  readonly hostOptions: HostOptions;
}[] = [
  { name: 'in a pipe', options: [], hostOptions: {} },
  { name: 'as JSON, verbose', options: ['--json', '--verbose'], hostOptions: {} },
  {
    name: 'on a narrow terminal, verbose',
    options: ['--verbose', '--no-input'],
    hostOptions: { terminal: { columns: 40 } },
  },
  {
    name: 'on a wide terminal',
    options: ['--no-input'],
    hostOptions: { terminal: { columns: 120 } },
  },
];

const places = Object.keys(echoes).filter((name): name is Place => name in echoes);

/** JSON documents and raw responses are data: a server may encode a key there in any form. */
const forUsers: readonly Place[] = ['with colors in its middle'];

describe.each(places)('a server that repeats secrets %s', (place) => {
  test.each(
    ways.filter(
      ({ options, hostOptions }) =>
        !forUsers.includes(place) ||
        (!options.includes('--json') && hostOptions.terminal !== undefined),
    ),
  )('$name', async ({ options, hostOptions }) => {
    const server = await startEchoServer(place);
    const leaks: string[] = [];
    for (const { argv, stdin } of commands) {
      const directory = await temporaryDirectory();
      const cwd = join(directory, 'project');
      await addFiles(cwd, {
        ...smallProject,
        'secrets.env': dotenv,
        'body.json': JSON.stringify({ value: canarySecrets.lines }),
      });
      const github = {
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: join(directory, 'output'),
        GITHUB_STEP_SUMMARY: join(directory, 'summary'),
      };
      const env = {
        LUMIO_API_URL: `${server.origin}/developer/v1`,
        LUMIO_API_KEY: canaryKey,
        LUMIO_CONFIG_DIR: join(directory, 'config'),
        ...(place === 'in headers' ? github : {}),
      };
      const input = stdin === undefined ? {} : { stdin };
      const ran = await runLumio([...argv, ...options, '--max-wait', '1s', '--timeout', '5s'], {
        cwd,
        env,
        clock: fakeClock(),
        ...hostOptions,
        ...input,
      }).catch((error: unknown) => ({ stdout: '', stderr: String(error) }));
      const shown = [ran.stdout, ran.stderr.replaceAll(/^::add-mask::.*$/gm, '')]
        .map(canaryIn)
        .filter((part) => part !== undefined);
      const left = await canariesBelow(directory, [
        'secrets.env',
        'body.json',
        'profiles.json',
        'credentials.json',
      ]);
      for (const leak of [...shown, ...left])
        leaks.push(`lumio ${argv[0]} ${argv[1] ?? ''}: ${leak}`);
    }
    await server.close();
    expect(leaks.join('\n')).toBe('');
  });
});
