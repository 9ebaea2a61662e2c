/** Summarizes vitest's JSON reports for several Node versions. */
import { readFileSync } from 'node:fs';

/** @param path of a report */
export function readReport(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(nameOf),
    failed: [
      ...tests.filter(({ status }) => status === 'failed').map(nameOf),
      ...broken.map(({ name }) => `${name} couldn't be run`),
    ],
  };
}

function nameOf({ fullName }) {
  return fullName;
}

/**
 * Prints a table and the failed tests, and sets the exit code.
 * @param rows `{ node }` and a report
 */
export function printReports(rows) {
  console.log('| Node | tests passed | failed | skipped |\n| --- | --- | --- | --- |');
  for (const { node, passed, failed, skipped } of rows)
    console.log(`| ${node} | ${passed} | ${failed.length} | ${skipped.length} |`);
  for (const { node, failed } of rows)
    for (const name of failed) console.log(`Node ${node}: ${name}`);
  process.exitCode = rows.every(({ passed, failed }) => passed > 0 && failed.length === 0) ? 0 : 1;
}
