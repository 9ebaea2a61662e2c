/** The objects of the API as types without a schema library, for the declarations. */

/** Only `id` is certain: endpoints send differing subsets. Further fields are kept. */
export interface Extension {
  readonly id: string;
  readonly slug?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** `private`, `unlisted`, `public`, `paid`; an open set. */
  readonly visibility?: string | null | undefined;
  /** `draft`, `pending`, `approved`, …; an open set. */
  readonly status?: string | null | undefined;
  readonly installCount?: number | null | undefined;
  readonly ratingCount?: number | null | undefined;
  readonly currentVersionId?: string | null | undefined;
  readonly short_description?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly pricing?: Pricing | null | undefined;
  /** ISO 8601. */
  readonly createdAt?: string | null | undefined;
  /** ISO 8601. */
  readonly updatedAt?: string | null | undefined;
  readonly [field: string]: unknown;
}

/** A type, because an interface isn't assignable to the open schema. */
export type PricingInput = {
  /** `free`, `one_time`, `subscription`. */
  readonly type: string;
  /** Euros. */
  readonly amount?: number | null | undefined;
  readonly currency?: string | null | undefined;
  readonly interval?: string | null | undefined;
};

export interface Pricing extends PricingInput {
  readonly [field: string]: unknown;
}

/** Fields of an extension that can be set. */
export type ExtensionInput = {
  readonly name?: string | undefined;
  /** One sentence for search results. */
  readonly short_description?: string | undefined;
  /** Markdown. */
  readonly description?: string | undefined;
  readonly pricing?: PricingInput | undefined;
  readonly visibility?: string | undefined;
};

/** A version of an extension. Statuses (`pending`, `approved`, `rejected`, …) are an open set. */
export interface Version {
  readonly id: string;
  /** A semver. */
  readonly version: string;
  readonly status: string;
  readonly changelog?: string | null | undefined;
  readonly bundleSizeBytes?: number | null | undefined;
  /** ISO 8601. */
  readonly submittedAt?: string | null | undefined;
  /** ISO 8601. */
  readonly approvedAt?: string | null | undefined;
  readonly [field: string]: unknown;
}

export interface InstallStats {
  readonly total: number;
  readonly active: number;
  /** Version ID → active installs. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}
