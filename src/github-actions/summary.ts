/** What GitHub Actions is told of deploys: outputs for later steps, a table for people. Pure. */
import { code, link, markdownTable, plain } from './markdown.ts';

/** One deploy, as far as it is known how it went. */
export interface DeployFacts {
  /** The folder, where several were given. */
  readonly folder?: string | undefined;
  /** `created`, `skipped`, `dry-run` or `failed`. */
  readonly outcome: string;
  readonly extension?:
    | {
        readonly name: string;
        /** Address of its page, where it has one. */ readonly dashboard?: string | undefined;
      }
    | undefined;
  readonly version?:
    | { readonly id?: string; readonly version: string; readonly status?: string }
    | undefined;
  readonly bundle?:
    | { readonly fileCount: number; readonly sizeBytes: number; readonly sha256: string }
    | undefined;
  /** What went wrong: before the version was there, or in the wait for the review. */
  readonly error?: string | undefined;
}

/** `version-id`, `version`, `status`, `outcome` and `sha256`; what is not known is empty. */
export function outputsOf({ outcome, version, bundle }: DeployFacts): Record<string, string> {
  return {
    'version-id': version?.id ?? '',
    version: version?.version ?? '',
    status: version?.status ?? '',
    outcome,
    sha256: bundle?.sha256 ?? '',
  };
}

const columns = [
  { label: 'Extension', align: 'left' },
  { label: 'Version', align: 'left' },
  { label: 'Status', align: 'left' },
  { label: 'Outcome', align: 'left' },
  { label: 'Files', align: 'right' },
  { label: 'Bytes', align: 'right' },
  { label: 'sha256', align: 'left' },
] as const;

/** A heading and a table with a row for each. */
export function summaryOf(deploys: readonly DeployFacts[]): string {
  return `### lumio deploy\n\n${markdownTable(columns, deploys.map(rowOf))}\n`;
}

function rowOf({ folder, outcome, extension, version, bundle, error }: DeployFacts): string[] {
  const name = extension === undefined ? plain(folder ?? '') : nameOf(extension);
  return [
    name,
    plain(version?.version ?? ''),
    plain(version?.status ?? ''),
    plain(error === undefined ? outcome : `${outcome}: ${error}`),
    bundle === undefined ? '' : String(bundle.fileCount),
    bundle === undefined ? '' : String(bundle.sizeBytes),
    bundle === undefined ? '' : code(bundle.sha256),
  ];
}

function nameOf({ name, dashboard }: NonNullable<DeployFacts['extension']>): string {
  return dashboard === undefined ? plain(name) : link(name, dashboard);
}
