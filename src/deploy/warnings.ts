/** What is worth saying about a bundle and after a deploy. */
import { formatBytes } from '../shared/byte-size.ts';
import type { Bundle } from '../archive/pack.ts';
import { type Selection, largestFiles } from '../archive/select.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { FollowUp } from './follow-up.ts';
import type { DeployReport } from './deploy.ts';

/** Above this the vendor's pages contradict each other: it is said, and the server decides. */
const warnAboveBytes = 10_000_000;

/** Warnings, a sentence each: a large bundle with its biggest files, and allowances that met nothing. */
export function warningsOf(bundle: Bundle, selection: Selection): string[] {
  const unused = bundle.unusedAllows.map((entry) => `--allow ${entry} met no finding.`);
  if (bundle.sizeBytes <= warnAboveBytes) return unused;
  const biggest = largestFiles(selection, 3).map(
    (file) => `${file.path} (${formatBytes(file.sizeBytes)})`,
  );
  return [
    ...unused,
    `The archive has ${formatBytes(bundle.sizeBytes)}, and the server may refuse it. The biggest files: ${biggest.join(', ')}.`,
  ];
}

/** The next steps after a deploy, a line each. What is decided is not waited for. */
export function nextSteps({ version }: DeployReport, { extension, dashboard }: FollowUp): string[] {
  const page = dashboard === undefined ? [] : [`Dashboard: ${dashboard}`];
  return ['approved', 'rejected'].includes(version.status)
    ? page
    : [`Next: lumio versions wait ${shellQuote(version.version)}${extension}`, ...page];
}
