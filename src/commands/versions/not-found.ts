/** The error for a version that an extension does not have. */
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import type { Target } from '../../project/target.ts';

export async function versionNotFound(
  versions: readonly { version: string }[],
  wanted: string,
  target: Target,
  ctx: Context,
): Promise<LumioError> {
  const { extensionArguments } = await import('../../deploy/index.ts');
  const name = target.slug ?? target.id;
  return new LumioError('not_found', {
    code: 'version_not_found',
    message: `${name} has no version "${wanted}".`,
    hint:
      versions.length === 0
        ? 'It has no versions yet.'
        : `It has: ${versions.map((entry) => entry.version).join(', ')}.`,
    next: `lumio versions list${extensionArguments(target, ctx.host.cwd)}`,
  });
}
