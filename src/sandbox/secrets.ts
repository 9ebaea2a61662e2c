/** The endpoints of the page's section Secrets. */
import { endpoints } from '../api/contract.ts';
import { readJson } from './body.ts';
import { SandboxError, invalid, invalidField } from './errors.ts';
import { check } from './validation.ts';
import { type Call, handler, nothing, requireExtension } from './service.ts';

const maxKeyLength = 255;

/** "Returns key names only — values are never returned via the API." */
export const listSecrets = handler(nothing, ({ params, service }) => {
  return { keys: requireExtension(service.store.state(), params.id).secrets.map(({ key }) => key) };
});

export const setSecret = handler(receiveValue, async ({ params, service }, value) => {
  await service.store.update((draft) => {
    const { secrets } = requireExtension(draft, params.id);
    const known = secrets.find(({ key }) => key === params.key);
    if (known === undefined) secrets.push({ key: params.key, value });
    else known.value = value;
  });
});

export const deleteSecret = handler(nothing, async ({ params, service }) => {
  await service.store.update((draft) => {
    const extension = requireExtension(draft, params.id);
    const kept = extension.secrets.filter(({ key }) => key !== params.key);
    if (kept.length === extension.secrets.length)
      throw new SandboxError('not_found', `Extension ${params.id} has no secret ${params.key}.`);
    extension.secrets = kept;
  });
});

/** The page does not restrict keys, so neither does the sandbox, but for what no environment could carry. */
async function receiveValue({ incoming, params, service }: Call): Promise<string> {
  requireExtension(service.store.state(), params.id);
  if (params.key.length > maxKeyLength)
    throw invalid('key', `must have at most ${maxKeyLength} characters`);
  if (/\p{Cc}/u.test(params.key)) throw invalid('key', 'must not have control characters');
  const body = await readJson(incoming);
  return check(endpoints.setSecret.body.schema, body, invalidField).value;
}
