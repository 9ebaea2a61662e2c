/** The ground that lumio stands on. */
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Check, failed, ok } from './check.ts';

/** As in package.json, "engines". */
const oldest = [20, 19] as const;

export function checkNode({
  host,
  version,
}: {
  host: Pick<Host, 'nodeVersion' | 'platform'>;
  version: string;
}): Check {
  const [major = 0, minor = 0] = host.nodeVersion.replace(/^v/, '').split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]))
    return ok('node', `lumio ${version} runs on Node.js ${host.nodeVersion} (${host.platform})`);
  return failed(
    'node',
    new LumioError('usage', {
      code: 'old_node',
      message: `lumio needs Node.js ${oldest.join('.')} or newer; this is ${host.nodeVersion}.`,
      hint: 'Install a current one from https://nodejs.org.',
    }),
  );
}
