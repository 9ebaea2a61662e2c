/** Strings that look like keys, composed so that source scanners don't report the tests. */
import { generateKeyPairSync } from 'node:crypto';

const varied = 'aB3dE5gH7jK9mN1pQ3sT5vX7zA2cE4gI6kM8oQ0sU2wY4aC6eG8iK0mO2qS4uW6y'.repeat(5);

/** So many letters and digits, as in a token. */
export const randomText = (length: number): string => varied.slice(0, length);

/** PEM armor around a fake key. @param newline line end */
export const pem = (label: string, newline: string): string =>
  [`-----BEGIN ${label}-----`, `${randomText(60)}+/9=`, `-----END ${label}-----`, ''].join(newline);

/** A real pair. */
export const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** A JSON Web Token with these claims. */
export const jwt = (claims: Readonly<Record<string, string>>): string =>
  [
    { alg: 'HS256', typ: 'JWT' },
    { ...claims, iat: 1_700_000_000 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(randomText(43))
    .join('.');
