/** Outputs and the summary table of deploys. */
import { code, link, markdownTable, plain } from './markdown.ts';

/** What is known about a deploy. */
export interface DeployFacts {
  /** The path, with several projects. */
  readonly folder?: string | undefined;
  /** `created`, `skipped`, `dry-run` or `failed`. */
  readonly outcome: string;
  readonly extension?:
    | {
        readonly name: string;
        readonly dashboard?: string | undefined;
      }
    | undefined;
  readonly version?:
    | { readonly id?: string; readonly version: string; readonly status?: string }
    | undefined;
  readonly bundle?:
    | { readonly fileCount: number; readonly sizeBytes: number; readonly sha256: string }
    | undefined;
  readonly error?: string | undefined;
}

/** Unknown values are empty. */
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
