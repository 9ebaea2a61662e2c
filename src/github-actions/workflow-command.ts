/**
 * Lines that the runner of GitHub Actions takes as commands, from stdout and stderr alike (docs.github.com: Workflow commands). Pure.
 * Ours go to stderr: stdout carries the result.
 */

/** @param data what follows the two colons; may have several lines */
export function workflowCommand(
  name: string,
  properties: Readonly<Record<string, string>>,
  data: string,
): string {
  const written = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(value)}`,
  );
  const head = written.length === 0 ? name : `${name} ${written.join(',')}`;
  return `::${head}::${escapeData(data)}\n`;
}

/** As the runner reads it back: line breaks would end the command, and what stood behind them could be another one. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
