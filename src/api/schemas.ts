/**
 * The bodies and answers of the API page as schemas. Unknown keys are kept, nulls are let through where the page's examples differ
 * in what they show, and statuses are open sets.
 */
import * as v from 'valibot';

/** Errors section: "All errors use the same JSON envelope". */
export const ErrorEnvelope = v.looseObject({
  error: v.looseObject({ code: v.string(), message: v.string(), status: v.optional(v.number()) }),
});

const text = v.nullish(v.string());
const count = v.nullish(v.number());

export const Pricing = v.looseObject({
  type: v.string(),
  amount: count,
  currency: text,
  interval: text,
});

/** Extensions section. Only `id` is sure to be there: the page shows differing subsets; statuses are an open set. */
export const Extension = v.looseObject({
  id: v.string(),
  slug: text,
  name: text,
  visibility: text,
  status: text,
  installCount: count,
  ratingCount: count,
  currentVersionId: text,
  short_description: text,
  description: text,
  pricing: v.nullish(Pricing),
  createdAt: text,
  updatedAt: text,
});
export type Extension = v.InferOutput<typeof Extension>;

/** Versions section. Statuses are an open set. */
export const Version = v.looseObject({
  id: v.string(),
  version: v.string(),
  status: v.string(),
  changelog: text,
  bundleSizeBytes: count,
  submittedAt: text,
  approvedAt: text,
});
export type Version = v.InferOutput<typeof Version>;

/** Body of Create and Update extension. */
export const ExtensionInput = v.looseObject({
  name: v.optional(v.string()),
  short_description: v.optional(v.string()),
  description: v.optional(v.string()),
  pricing: v.optional(Pricing),
  visibility: v.optional(v.string()),
});
export type ExtensionInput = v.InferOutput<typeof ExtensionInput>;

export const ExtensionList = v.looseObject({ extensions: v.array(Extension) });
export const WrappedExtension = v.looseObject({ extension: Extension });
/** The page does not say whether one extension comes wrapped or bare: both are read. */
export const OneExtension = v.union([WrappedExtension, Extension]);
export const VersionList = v.looseObject({ versions: v.array(Version) });
export const WrappedVersion = v.looseObject({ version: Version });
export const InstallStats = v.looseObject({
  total: v.number(),
  active: v.number(),
  byVersion: v.record(v.string(), v.number()),
});
export const SecretKeys = v.looseObject({ keys: v.array(v.string()) });
export const SecretValue = v.strictObject({ value: v.string() });
export const VersionForm = v.object({ version: v.string(), changelog: v.optional(v.string()) });
export const NoContent = v.undefined();

/** The extension in an answer that may be wrapped (`{"extension": {…}}`) or bare. */
export function extensionOf(answer: v.InferOutput<typeof OneExtension>): Extension {
  return v.is(WrappedExtension, answer) ? answer.extension : v.parse(Extension, answer);
}
