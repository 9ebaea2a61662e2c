/**
 * Rules for the fields of an extension, narrower than the contract's types, and for a seed.
 * Unknown fields of a request are ignored, as services do; unknown keys of a seed are errors.
 */
import * as v from 'valibot';
import { idPattern, slugPattern } from './state.ts';

const amount = v.pipe(
  v.number('must be a number of euros'),
  v.minValue(1, 'must be at least 1.00'),
  v.maxValue(99.99, 'must be at most 99.99'),
  v.check((euros) => Number(euros.toFixed(2)) === euros, 'must have at most two decimals'),
);
const currency = v.literal('EUR', 'must be "EUR"');

const Pricing = v.variant(
  'type',
  [
    v.object({ type: v.literal('free') }),
    v.object({ type: v.literal('one_time'), amount, currency }),
    v.object({
      type: v.literal('subscription'),
      amount,
      currency,
      interval: v.literal('monthly', 'must be "monthly"'),
    }),
  ],
  'must be one of "free", "one_time", "subscription"',
);

const limitedText = (maxLength: number) =>
  v.pipe(
    v.string('must be a string'),
    v.maxLength(maxLength, `must have at most ${maxLength} characters`),
  );
const name = v.pipe(
  limitedText(255),
  v.check((text) => text.trim() !== '', 'must not be empty'),
);

const fields = {
  short_description: limitedText(1000),
  description: limitedText(50_000),
  pricing: Pricing,
  visibility: v.picklist(
    ['private', 'unlisted', 'public', 'paid'],
    'must be one of "private", "unlisted", "public", "paid"',
  ),
};

/** The fields of Create and Update extension; the contract has the required ones. */
export const ExtensionFields = v.partial(v.object({ name, ...fields }));
export type ExtensionFields = v.InferOutput<typeof ExtensionFields>;

const wholeCount = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
const time = v.pipe(
  v.string('must be a string'),
  v.check(
    (text) => /^\d{4}-\d\d-\d\dT/u.test(text) && !Number.isNaN(Date.parse(text)),
    'must be a time such as "2026-04-01T08:00:00Z"',
  ),
);
const id = v.pipe(
  v.string('must be a string'),
  v.regex(
    idPattern,
    'must consist of letters, digits, "_", "-" and ".", and start with a letter, digit or "_"',
  ),
);

const SeedVersion = v.strictObject({
  id: v.optional(id),
  version: v.string('must be a string'),
  status: v.optional(v.string('must be a string')),
  changelog: v.nullish(v.string('must be a string')),
  bundleSizeBytes: v.nullish(wholeCount),
  submittedAt: v.optional(time),
  approvedAt: v.nullish(time),
});

const SeedExtension = v.strictObject({
  id: v.optional(id),
  slug: v.optional(
    v.pipe(
      v.string('must be a string'),
      v.regex(slugPattern, 'must be a slug such as "my-scoreboard"'),
    ),
  ),
  name,
  short_description: v.optional(fields.short_description, ''),
  description: v.optional(fields.description, ''),
  visibility: v.optional(fields.visibility, 'private'),
  status: v.optional(v.string('must be a string')),
  pricing: v.optional(fields.pricing, { type: 'free' }),
  ratingCount: v.optional(wholeCount, 0),
  currentVersionId: v.nullish(id),
  everPublic: v.optional(v.boolean('must be true or false'), false),
  createdAt: v.optional(time),
  updatedAt: v.optional(time),
  versions: v.optional(v.array(SeedVersion, 'must be an array'), []),
  installs: v.optional(
    v.strictObject({ total: wholeCount, byVersion: v.record(v.string(), wholeCount) }),
    { total: 0, byVersion: {} },
  ),
  secrets: v.optional(
    v.array(v.strictObject({ key: v.string(), value: v.string() }), 'must be an array'),
    [],
  ),
});

export const Seed = v.strictObject({ extensions: v.array(SeedExtension, 'must be an array') });
export type Seed = v.InferOutput<typeof Seed>;

/** The seed of an extension that has only a name. */
export function minimalExtension(named: string): Seed['extensions'][number] {
  return v.parse(SeedExtension, { name: named });
}
