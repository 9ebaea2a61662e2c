/** A deploy and a dry run as people read them. */
import type { DeployReport } from '../deploy/deploy.ts';
import type { DryRun } from '../deploy/dry-run.ts';
import { type View, bytes, fields, optional, status, table } from '../ui/format.ts';

export function showDeploy(report: DeployReport): View {
  return [
    fields([
      ['Outcome', report.recovered ? `${report.outcome} (the answer was lost; the server has the version)` : report.outcome],
      ['Extension', report.extension.slug ?? report.extension.id],
      ['Version', report.version.version],
      ['ID', report.version.id],
      ['Status', status(report.version.status)],
      ['Files', report.bundle.fileCount],
      ['Size', bytes(report.bundle.sizeBytes)],
      ['sha256', report.bundle.sha256],
    ]),
  ];
}

export function showDryRun(report: DryRun): View {
  return [
    table([{ label: 'Size', align: 'right' }, { label: 'Path', flexible: true }], report.files.map((file) => [bytes(file.sizeBytes), file.path]), 'No files.'),
    fields([
      ['Would send', `${report.request.method} ${report.request.url}`],
      ['Extension', report.extension.named],
      ['Version', report.request.fields.version],
      ['Changelog', optional(report.request.fields.changelog)],
      ['Files', report.bundle.fileCount],
      ['Size', bytes(report.bundle.sizeBytes)],
      ['sha256', report.bundle.sha256],
      ['tarSha256', report.bundle.tarSha256],
    ]),
  ];
}
