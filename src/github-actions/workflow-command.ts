/** Workflow commands (docs.github.com). They go to stderr, since stdout has the result. */

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

/** A line break would end the command and could start another one. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
