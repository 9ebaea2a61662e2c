/**
 * What the sandbox knows, and the form of a seed file. Both are the same JSON, so that the `state.json` of a data folder can be used
 * as a seed elsewhere; a seed may leave out whatever can be derived.
 *
 * The least: `{"extensions": [{"name": "Clock"}]}`. Everything:
 * ```json
 * {"extensions": [{
 *   "id": "ext_01j9k2m3n4p5q6r7", "slug": "my-scoreboard", "name": "Sports Scoreboard",
 *   "short_description": "", "description": "", "visibility": "public", "status": "approved", "pricing": {"type": "free"},
 *   "ratingCount": 17, "currentVersionId": "ver_abc123", "everPublic": true,
 *   "createdAt": "2026-01-15T10:30:00Z", "updatedAt": "2026-04-01T08:00:00Z",
 *   "versions": [{"id": "ver_abc123", "version": "1.2.0", "status": "approved", "changelog": null, "bundleSizeBytes": 182400,
 *                 "submittedAt": "2026-04-01T08:00:00Z", "approvedAt": "2026-04-02T14:30:00Z"}],
 *   "installs": {"total": 142, "byVersion": {"ver_abc123": 130, "ver_older": 8}},
 *   "secrets": [{"key": "API_KEY", "value": "never served"}]
 * }]}
 * ```
 */
import type { Pricing } from './validation.ts';

export interface VersionRecord {
  readonly id: string;
  readonly version: string;
  status: string;
  readonly changelog: string | null;
  readonly bundleSizeBytes: number | null;
  /** ISO 8601 with milliseconds; answers show seconds, as the page does. */
  readonly submittedAt: string;
  approvedAt: string | null;
}

export interface ExtensionRecord {
  readonly id: string;
  readonly slug: string;
  name: string;
  short_description: string;
  description: string;
  visibility: string;
  status: string;
  pricing: Pricing;
  ratingCount: number;
  currentVersionId: string | null;
  /** Whether it was ever `public` or `paid`: such an extension can't be deleted. */
  everPublic: boolean;
  readonly createdAt: string;
  updatedAt: string;
  versions: VersionRecord[];
  /** `active` is not kept: it is the sum of `byVersion`. A version id may be one that the versions list no longer has. */
  readonly installs: {
    readonly total: number;
    readonly byVersion: Readonly<Record<string, number>>;
  };
  /** A list, since any text may be a key. The values are there for the owner of the data folder to look at; no answer has them. */
  secrets: { key: string; value: string }[];
}

export interface State {
  extensions: ExtensionRecord[];
}

/** What an extension has before anybody says otherwise. */
export const blank = {
  short_description: '',
  description: '',
  visibility: 'private',
  status: 'draft',
  pricing: { type: 'free' },
  ratingCount: 0,
  currentVersionId: null,
  everPublic: false,
  installs: { total: 0, byVersion: {} },
} as const;
