/** A price, in euros with at most two decimals from 1.00 to 99.99. */
export type SeedPricing =
  | { readonly type: 'free' }
  | { readonly type: 'one_time'; readonly amount: number; readonly currency: 'EUR' }
  | {
      readonly type: 'subscription';
      readonly amount: number;
      readonly currency: 'EUR';
      readonly interval: 'monthly';
    };

/**
 * What a sandbox contains when it starts. The `state.json` of a data directory has the same form.
 * Minimal: `{ extensions: [{ name: 'Clock' }] }`. Unknown keys are errors.
 */
export interface SandboxSeed {
  readonly extensions: readonly SeedExtension[];
}

export interface SeedExtension {
  /** 1 to 255 characters. */
  readonly name: string;
  /** Letters, digits, `_`, `-` and `.`. Default: a new one, such as `ext_01j9k2m3n4p5q6r7`. */
  readonly id?: string | undefined;
  /** Lowercase letters, digits and hyphens. Default: derived from the name. */
  readonly slug?: string | undefined;
  /** Default: empty. */
  readonly short_description?: string | undefined;
  /** Markdown. Default: empty. */
  readonly description?: string | undefined;
  /** Default: `private`. */
  readonly visibility?: 'private' | 'unlisted' | 'public' | 'paid' | undefined;
  /** Default: `approved` if a version is approved, else `draft`. */
  readonly status?: string | undefined;
  /** Default: free. */
  readonly pricing?: SeedPricing | undefined;
  /** Default: 0. */
  readonly ratingCount?: number | undefined;
  /** ID of the live version. Default: the last approved one. */
  readonly currentVersionId?: string | null | undefined;
  /**
   * Whether the extension ever was `public` or `paid`, and can't be deleted.
   * Default: whether `visibility` is one of these.
   */
  readonly everPublic?: boolean | undefined;
  /** ISO 8601, such as `2026-01-15T10:30:00Z`. Default: now. */
  readonly createdAt?: string | undefined;
  /** ISO 8601. Default: `createdAt`. */
  readonly updatedAt?: string | undefined;
  /** Oldest first. Default: none. */
  readonly versions?: readonly SeedVersion[] | undefined;
  /** Default: none. */
  readonly installs?: SeedInstalls | undefined;
  /** Default: none. */
  readonly secrets?: readonly SeedSecret[] | undefined;
}

export interface SeedVersion {
  /** A semantic version such as `1.2.0`, once per extension. */
  readonly version: string;
  /** Default: a new one, such as `ver_01j9k2m3n4p5q6r7`. */
  readonly id?: string | undefined;
  /** `pending`, `approved`, `rejected` or another one. Default: `approved`. */
  readonly status?: string | undefined;
  /** Default: none. */
  readonly changelog?: string | null | undefined;
  /** Default: unknown. */
  readonly bundleSizeBytes?: number | null | undefined;
  /** ISO 8601. Default: now. */
  readonly submittedAt?: string | undefined;
  /** ISO 8601. Default: `submittedAt` if the version is approved. */
  readonly approvedAt?: string | null | undefined;
}

export interface SeedInstalls {
  /** Active and inactive installs: at least the sum of `byVersion`. */
  readonly total: number;
  /** Active installs by version ID, which may be one that `versions` doesn't have. */
  readonly byVersion: Readonly<Record<string, number>>;
}

export interface SeedSecret {
  readonly key: string;
  /** No response contains it. */
  readonly value: string;
}

/** A request to a sandbox. */
export interface RequestLogEntry {
  readonly method: string;
  /** With its query, as sent. */
  readonly path: string;
  /** Undefined if the connection closed before the response was complete. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** The injected fault. */
  readonly fault: string | undefined;
  /** Message of the error, if the sandbox itself failed. */
  readonly error: string | undefined;
}
