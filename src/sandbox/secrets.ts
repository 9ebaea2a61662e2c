/** Handlers of the API page's section Secrets. */
import { endpoints } from '../api/contract.ts';
import { readJson } from './request.ts';
import { SandboxError, invalid, invalidField } from './response.ts';
import { check } from '../shared/check.ts';
import { type Call, handler, withoutBody, requireExtension } from './service.ts';

const maxKeyLength = 255;

const listSecrets = handler(withoutBody, ({ params, service }) => {
  return { keys: requireExtension(service.store.state(), params.id).secrets.map(({ key }) => key) };
});

const setSecret = handler(readValue, async ({ params, service }, value) => {
  await service.store.update((draft) => {
    const { secrets } = requireExtension(draft, params.id);
    const known = secrets.find(({ key }) => key === params.key);
    if (known === undefined) secrets.push({ key: params.key, value });
    else known.value = value;
  });
});

const deleteSecret = handler(withoutBody, async ({ params, service }) => {
  await service.store.update((draft) => {
    const extension = requireExtension(draft, params.id);
    const remaining = extension.secrets.filter(({ key }) => key !== params.key);
    if (remaining.length === extension.secrets.length)
      throw new SandboxError('not_found', `Extension ${params.id} has no secret ${params.key}.`);
    extension.secrets = remaining;
  });
});

export const handlers = { listSecrets, setSecret, deleteSecret };

/** Like the page, allows any key, except characters that an environment variable can't contain. */
async function readValue({ incoming, params, service }: Call): Promise<string> {
  requireExtension(service.store.state(), params.id);
  if (params.key.length > maxKeyLength)
    throw invalid('key', `must have at most ${maxKeyLength} characters`);
  if (/\p{Cc}/u.test(params.key)) throw invalid('key', 'must not have control characters');
  const body = await readJson(incoming);
  return check(endpoints.setSecret.body.schema, body, invalidField).value;
}
