/** A private certificate authority, created with the openssl command. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificates {
  /** PEM file of the authority, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** Key and certificate (PEM) of a server, signed by the authority. */
  readonly key: string;
  readonly cert: string;
}

/**
 * @param directory an existing empty directory for the files
 * @param names host names of the server's certificate, as openssl writes them
 */
export async function makeCertificates(
  directory: string,
  names = 'DNS:localhost,IP:127.0.0.1,IP:::1',
): Promise<Certificates> {
  const at = (name: string): string => join(directory, name);
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await execa('openssl', [
    'req',
    '-x509',
    ...ec,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=lumio test authority',
  ]);
  const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
  await execa('openssl', [
    'req',
    '-x509',
    ...ec,
    ...signer,
    '-keyout',
    at('server.key'),
    '-out',
    at('server.pem'),
    '-subj',
    '/CN=localhost',
    '-addext',
    `subjectAltName=${names}`,
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  ]);
  return {
    caFile: at('ca.pem'),
    key: await readFile(at('server.key'), 'utf8'),
    cert: await readFile(at('server.pem'), 'utf8'),
  };
}
