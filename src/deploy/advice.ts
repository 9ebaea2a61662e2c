/** What is worth saying about a bundle and after a deploy. */
import { sizeText } from '../api/wording.ts';
import type { Bundle } from '../bundle/archive.ts';
import { type Selection, largestFiles } from '../bundle/select.ts';
import { quoted } from '../quoted.ts';
import type { Again } from './again.ts';
import type { DeployReport } from './deploy.ts';

/** Above this the vendor's pages contradict each other: it is said, and the server decides. */
const warnAboveBytes = 10_000_000;

/** Warnings, a sentence each: a large bundle with its biggest files, and allowances that met nothing. */
export function warningsOf(bundle: Bundle, selection: Selection): string[] {
  const unused = bundle.unusedAllows.map((entry) => `--allow ${entry} met no finding.`);
  if (bundle.sizeBytes <= warnAboveBytes) return unused;
  const biggest = largestFiles(selection, 3).map(
    (file) => `${file.path} (${sizeText(file.sizeBytes)})`,
  );
  return [
    ...unused,
    `The archive has ${sizeText(bundle.sizeBytes)}, and the server may refuse it. The biggest files: ${biggest.join(', ')}.`,
  ];
}

/** The next steps after a deploy, a line each. What is decided is not waited for. */
export function nextSteps({ version }: DeployReport, { extension, dashboard }: Again): string[] {
  const page = dashboard === undefined ? [] : [`Dashboard: ${dashboard}`];
  return ['approved', 'rejected'].includes(version.status)
    ? page
    : [`Next: lumio versions wait ${quoted(version.version)}${extension}`, ...page];
}
