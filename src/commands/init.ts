import { defineCommand, flag, result, string } from '../cli/command.ts';
import type { LinkReport } from '../init/init.ts';
import { fields, optional, statusLine, strong, type View } from '../terminal/view.ts';
import { extensionOption } from './shared-options.ts';

export const init = defineCommand({
  path: ['init'],
  summary: 'Link this directory to an extension',
  details:
    'Writes extensionId to lumio.config.json and keeps the rest of the file. In a ' +
    'terminal, select an extension from a list or create one; elsewhere pass -e or ' +
    '--create. Replacing a link needs confirmation.',
  args: {},
  options: {
    extension: extensionOption,
    create: flag('--create', 'Create a new extension and link to it'),
    name: string('--name <name>', 'Name (default: name in lumio.config.json or package.json)'),
    shortDescription: string(
      '--short-description <text>',
      'Summary for search results (default: description in lumio.config.json)',
    ),
  },
  examples: {
    'lumio init': 'Select an extension, or create one',
    'lumio init -e my-scoreboard': 'Link without a prompt',
    'lumio init --create --name "Sports Scoreboard"': 'Create an extension',
  },
  errors: ['auth', 'not_found', 'confirmation', 'rejected', 'refused'],
  async run(_args, options, ctx) {
    const { link } = await import('../init/init.ts');
    return result(
      await link(options, ctx),
      (report) => show(report, ctx.log.displayPath(report.path)),
      { next: ['Next: build the extension, then run "lumio deploy".'] },
    );
  },
});

function show({ outcome, created, extension }: LinkReport, path: string): View {
  const action = created
    ? 'Created an extension and linked this directory to'
    : 'Linked this directory to';
  return [
    statusLine(
      'done',
      outcome === 'unchanged' ? 'This directory is already linked to' : action,
      strong(extension.slug ?? extension.name ?? extension.id),
    ),
    fields([
      ['ID', extension.id],
      ['Name', optional(extension.name)],
      ['File', path],
    ]),
  ];
}
