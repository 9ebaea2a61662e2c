/** Handlers of the API page's sections Extensions and Installs. */
import { endpoints } from '../api/contract.ts';
import { SandboxError, invalid, invalidField } from './response.ts';
import { readJson } from './request.ts';
import { activeInstalls, isListed, newExtension } from './seed.ts';
import { type Call, handler, withoutBody, requireExtension } from './service.ts';
import { isoTime, shownTime, type ExtensionRecord, type State } from './state.ts';
import { check } from '../shared/check.ts';
import { ExtensionFields } from './validation.ts';

const listExtensions = handler(withoutBody, ({ service }) => {
  return {
    extensions: service.store.state().extensions.map((extension) => listedExtension(extension)),
  };
});

const getExtension = handler(withoutBody, ({ params, service }) => {
  return { extension: fullExtension(requireExtension(service.store.state(), params.id)) };
});

const getInstalls = handler(withoutBody, ({ params, service }) =>
  installStats(requireExtension(service.store.state(), params.id)),
);

const createExtension = handler(readFields, ({ incoming, service }, fields) => {
  const { name } = fields;
  if (name === undefined) throw invalid('name', 'is required');
  const create = (draft: State): unknown => {
    const extension = newExtension(name, draft, service.nowMs());
    change(extension, fields);
    draft.extensions.push(extension);
    return { extension: createdExtension(extension) };
  };
  return service.idempotency(incoming, fields, () => service.store.update(create));
});

const updateExtension = handler(readUpdate, ({ params, service }, fields) => {
  return service.store.update((draft) => {
    const extension = requireExtension(draft, params.id);
    change(extension, fields);
    extension.updatedAt = isoTime(service.nowMs());
    return { extension: fullExtension(extension) };
  });
});

const deleteExtension = handler(withoutBody, async ({ params, service }) => {
  await service.store.update((draft) => {
    if (requireExtension(draft, params.id).everPublic)
      throw new SandboxError(
        'forbidden',
        `Extension ${params.id} was publicly listed. Only extensions that have never been ` +
          'publicly listed can be deleted.',
      );
    draft.extensions = draft.extensions.filter(({ id }) => id !== params.id);
  });
  await service.deleteBundles(params.id);
});

export const handlers = {
  listExtensions,
  getExtension,
  getInstalls,
  createExtension,
  updateExtension,
  deleteExtension,
};

function readUpdate(call: Call): Promise<ExtensionFields> {
  requireExtension(call.service.store.state(), call.params.id);
  return readFields(call);
}

/** Checks the contract's types, then the narrower rules of this service. */
async function readFields({ incoming }: Call): Promise<ExtensionFields> {
  const body = await readJson(incoming);
  return check(
    ExtensionFields,
    check(endpoints.updateExtension.body.schema, body, invalidField),
    invalidField,
  );
}

/** "Only provided fields are updated." */
function change(extension: ExtensionRecord, fields: ExtensionFields): void {
  Object.assign(extension, fields);
  extension.everPublic ||= isListed(extension.visibility);
}

// Responses, with the fields of the API page in the page's order. JSON omits what is undefined: the
// page never shows null.

function listedExtension(extension: ExtensionRecord) {
  return {
    id: extension.id,
    slug: extension.slug,
    name: extension.name,
    visibility: extension.visibility,
    status: extension.status,
    installCount: extension.installs.total,
    currentVersionId: extension.currentVersionId ?? undefined,
    createdAt: shownTime(extension.createdAt),
    updatedAt: shownTime(extension.updatedAt),
  };
}

/** "Full extension object including pricing, description, and ratingCount" (API page). */
function fullExtension(extension: ExtensionRecord) {
  const { id, slug, name, short_description, description, pricing, ratingCount } = extension;
  const { visibility, status, installCount, ...rest } = listedExtension(extension);
  const about = { id, slug, name, short_description, description, visibility, status, pricing };
  const { currentVersionId, createdAt, updatedAt } = rest;
  return { ...about, installCount, ratingCount, currentVersionId, createdAt, updatedAt };
}

function createdExtension(extension: ExtensionRecord) {
  const { id, slug, name, status, createdAt } = extension;
  return { id, slug, name, status, createdAt: shownTime(createdAt) };
}

function installStats({ installs }: ExtensionRecord) {
  return {
    total: installs.total,
    active: activeInstalls(installs.byVersion),
    byVersion: installs.byVersion,
  };
}
