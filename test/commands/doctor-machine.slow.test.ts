/** `lumio doctor` and the machine: certificate verification, updates. */
import { execa } from 'execa';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { lumio } from '../support/lumio.ts';
import { programs } from '../support/programs.ts';
import { temporaryDirectory } from '../support/project.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startRawServer } from '../support/servers/scripted-server.ts';

function checkNamed(document: unknown, name: string): unknown {
  const checks = at(document, 'checks');
  return Array.isArray(checks)
    ? checks.find((check: unknown) => at(check, 'name') === name)
    : undefined;
}

describe('certificate verification', () => {
  async function diagnose(
    tls: { key: string; cert: string },
    env: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const server = await startRawServer((_, response) => response.writeHead(404).end(), { tls });
    cleanUp(server.close);
    const ran = await lumio(['doctor', '--json'], {
      env: { LUMIO_API_URL: server.origin, ...env },
    });
    return checkNamed(ran.json(), 'connection');
  }

  test('reports that it is off, and what it would find in an expired certificate', async () => {
    const directory = await temporaryDirectory();
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const dates = ['-not_before', '20200101000000Z', '-not_after', '20200102000000Z'];
    const made = await execa(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
        .concat(['-subj', '/CN=localhost', '-keyout', key, '-out', cert])
        .concat(dates),
      { reject: false },
    );
    // Before OpenSSL 3.4 there is no -not_before: the certificate is then unknown, not expired.
    if (made.exitCode !== 0)
      await execa(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
        ].concat(['-subj', '/CN=localhost', '-keyout', key, '-out', cert]),
      );
    const tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
    expect(await diagnose(tls, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/verification is off.*(CERT_HAS_EXPIRED|SELF_SIGNED_CERT)/),
      hint: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
    });
    expect(await diagnose(tls, {})).toMatchObject({ status: 'failed' });
  });

  test('reports that it is off although the certificate is trusted', async () => {
    const { caFile, key, cert } = await makeCertificates(await temporaryDirectory());
    const env = { NODE_EXTRA_CA_CERTS: caFile };
    expect(await diagnose({ key, cert }, env)).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('is trusted'),
    });
    expect(
      await diagnose({ key, cert }, { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    ).toMatchObject({ status: 'warning', message: expect.stringContaining('would be trusted') });
  });
});

describe('--check-updates', () => {
  async function check(npm: string, argv: readonly string[] = ['--check-updates']) {
    const env = { PATH: `${await programs({ npm })}:/usr/bin:/bin` };
    const ran = await runLumio(['doctor', '--json', ...argv], {
      env: { ...env, LUMIO_API_URL: 'http://127.0.0.1:1' },
    });
    return checkNamed(ran.json(), 'update');
  }

  test('finds a newer version, with the command that installs it', async () => {
    const npm = '[ "$*" = "view lumio version" ] && echo 99.1.0';
    expect(await check(npm)).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('99.1.0'),
      next: 'npm install --global lumio@99.1.0',
    });
  });

  test.each([version, '0.0.1'])('is ok when npm has %s', async (latest) => {
    expect(await check(`echo ${latest}`)).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['fails', 'exit 1'],
    ['prints something else', 'echo "$(tput bel)no"'],
    ['prints nothing', 'true'],
  ])('is a warning when npm %s', async (_what, npm) => {
    expect(await check(npm)).toMatchObject({ status: 'warning', next: 'npm view lumio version' });
  });

  test('is off by default', async () => {
    expect(await check('touch "$HOME/asked"; echo 99.1.0', [])).toBeUndefined();
  });
});
