/** Outputs and the summary table of deploys. */

/** What is known about a deploy. */
export interface DeployFacts {
  /** The path, with several projects. */
  readonly directory?: string | undefined;
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

const heading = `| Extension | Version | Status | Outcome | Files | Bytes | sha256 |
| --- | --- | --- | --- | ---: | ---: | --- |
`;

export function summaryOf(deploys: readonly DeployFacts[]): string {
  return `### lumio deploy\n\n${heading}${deploys.map(rowOf).join('')}\n`;
}

function rowOf({ directory, outcome, extension, version, bundle, error }: DeployFacts): string {
  const { fileCount = '', sizeBytes = '', sha256 } = bundle ?? {};
  const cells = [
    extension === undefined ? escapeMarkdown(directory ?? '') : nameOf(extension),
    escapeMarkdown(version?.version ?? ''),
    escapeMarkdown(version?.status ?? ''),
    escapeMarkdown(error === undefined ? outcome : `${outcome}: ${error}`),
    String(fileCount),
    String(sizeBytes),
    sha256 === undefined ? '' : code(sha256),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function nameOf({ name, dashboard }: NonNullable<DeployFacts['extension']>): string {
  return dashboard === undefined ? escapeMarkdown(name) : markdownLink(name, dashboard);
}

/**
 * Escapes text: nothing in it is markup.
 * @internal Exported for tests.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>|~&#!$@:]/g, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** @internal Exported for tests. */
export function markdownLink(text: string, url: string): string {
  // encodeURIComponent doesn't encode parentheses.
  const target = url.replaceAll(/[()|\\<>\s]/g, (character) =>
    encodeURIComponent(character).replace('(', '%28').replace(')', '%29'),
  );
  return `[${escapeMarkdown(text)}](${target})`;
}
