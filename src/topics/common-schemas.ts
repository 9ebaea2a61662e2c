/** Schemas that several documents share: the objects of the API, and an error. */
import {
  apiObject,
  described,
  flag,
  type JsonSchema,
  nullable,
  number,
  object,
  record,
  text,
} from './json-schema.ts';

const time = described('ISO 8601', nullable(text));

const pricing = apiObject(
  { type: described('free, one_time or subscription', text) },
  {
    amount: described('Euros', nullable(number)),
    currency: nullable(text),
    interval: nullable(text),
  },
);

export const extension: JsonSchema = apiObject(
  { id: text },
  {
    slug: nullable(text),
    name: nullable(text),
    visibility: described('private, unlisted, public, paid; more are possible', nullable(text)),
    status: described('draft, pending, approved, rejected; more are possible', nullable(text)),
    installCount: nullable(number),
    ratingCount: nullable(number),
    currentVersionId: nullable(text),
    short_description: nullable(text),
    description: nullable(text),
    pricing: nullable(pricing),
    createdAt: time,
    updatedAt: time,
  },
);

export const version: JsonSchema = apiObject(
  {
    id: text,
    version: described('Semver', text),
    status: described('draft, pending, approved, rejected; more are possible', text),
  },
  {
    changelog: nullable(text),
    bundleSizeBytes: nullable(number),
    submittedAt: time,
    approvedAt: time,
  },
);

export const errorBody: JsonSchema = object(
  {
    code: described('Stable, in snake_case', text),
    message: text,
    status: described('HTTP status, if the API sent one', nullable(number)),
  },
  {
    hint: described('What to do', text),
    next: described('A command line that leads on', text),
    requestId: text,
    retryAfterSeconds: number,
    mayHaveTakenEffect: described('The change may have been made', flag),
  },
);

export const installs: JsonSchema = apiObject({
  total: number,
  active: number,
  byVersion: described('Version ID → active installs', record(number)),
});
