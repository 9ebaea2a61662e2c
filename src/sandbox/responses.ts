/** Response bodies, with the fields of the API page in the page's order. JSON omits what is undefined: the page never shows null. */
import { shownTime } from './ids.ts';
import { activeInstalls } from './seed.ts';
import type { ExtensionRecord, VersionRecord } from './state.ts';

export function listedExtension(extension: ExtensionRecord) {
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
export function fullExtension(extension: ExtensionRecord) {
  const {
    id,
    slug,
    name,
    short_description,
    description,
    visibility,
    status,
    pricing,
    ratingCount,
  } = extension;
  const { installCount, currentVersionId, createdAt, updatedAt } = listedExtension(extension);
  const about = { id, slug, name, short_description, description, visibility, status, pricing };
  return { ...about, installCount, ratingCount, currentVersionId, createdAt, updatedAt };
}

export function createdExtension(extension: ExtensionRecord) {
  const { id, slug, name, status, createdAt } = extension;
  return { id, slug, name, status, createdAt: shownTime(createdAt) };
}

export function listedVersion({
  id,
  version,
  status,
  bundleSizeBytes,
  submittedAt,
  approvedAt,
}: VersionRecord) {
  return {
    id,
    version,
    status,
    bundleSizeBytes: bundleSizeBytes ?? undefined,
    submittedAt: shownTime(submittedAt),
    approvedAt: shownTime(approvedAt),
  };
}

export function submittedVersion({ id, version, status, submittedAt }: VersionRecord) {
  return { id, version, status, submittedAt: shownTime(submittedAt) };
}

export function installStats({ installs }: ExtensionRecord) {
  return {
    total: installs.total,
    active: activeInstalls(installs.byVersion),
    byVersion: installs.byVersion,
  };
}
