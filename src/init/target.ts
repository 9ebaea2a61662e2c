/** What a link is to lead to, as the command line says it. */
import { LumioError } from '../errors.ts';
import { isNamed, type TargetSources } from '../project/target.ts';

export type LinkRequest =
  /** One that exists, and who names it. */
  | { readonly kind: 'existing'; readonly named: Pick<TargetSources, 'flag' | 'env' | 'chosen'> }
  | {
      readonly kind: 'new';
      readonly name: string | undefined;
      readonly shortDescription: string | undefined;
    }
  /** Nothing was said: the person chooses, and a link that is there stays. */
  | { readonly kind: 'open' };

export interface LinkOptions {
  readonly extension: string | undefined;
  readonly create: boolean;
  readonly name: string | undefined;
  readonly shortDescription: string | undefined;
}

/** @throws LumioError usage, for options that contradict each other */
export function readRequest(
  options: LinkOptions,
  env: Readonly<Record<string, string | undefined>>,
): LinkRequest {
  const { extension, create, name, shortDescription } = options;
  if (create && extension !== undefined) {
    throw conflicting(
      '--create makes a new extension, --extension names one that exists.',
      'Use one of them.',
    );
  }
  if (create) return { kind: 'new', name, shortDescription };
  if (name !== undefined || shortDescription !== undefined) {
    throw conflicting(
      '--name and --short-description describe a new extension.',
      'Add --create to make one, or leave them out.',
    );
  }
  const named = { flag: extension, env };
  return isNamed(named) ? { kind: 'existing', named } : { kind: 'open' };
}

function conflicting(message: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'conflicting_options', message, hint });
}
