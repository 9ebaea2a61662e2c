import { defineCommand, flag, result, string } from '../cli/command.ts';
import type { LinkReport } from '../init/index.ts';
import { type View, fields, statusLine, optional, strong } from '../terminal/view.ts';
import { extensionOption } from './shared-options.ts';

export const init = defineCommand({
  path: ['init'],
  summary: 'Link this folder to an extension, one that exists or a new one',
  details:
    'Writes extensionId into lumio.config.json of the working folder and keeps the rest of the file as it is. On a terminal you choose from a list; elsewhere give -e, or --create. A link to another extension is only replaced when you agree (--yes). Nothing is created unless you say so.',
  args: {},
  options: {
    extension: extensionOption,
    create: flag('--create', 'make a new extension and link to it'),
    name: string('--name <name>', 'its name (else name in lumio.config.json or package.json)'),
    shortDescription: string(
      '--short-description <text>',
      'one sentence for search results (else description in lumio.config.json)',
    ),
  },
  examples: [
    { command: 'lumio init', text: 'Choose from your extensions, or make a new one' },
    { command: 'lumio init -e my-scoreboard', text: 'Without being asked, as in a script' },
    { command: 'lumio init --create --name "Sports Scoreboard"', text: 'A new extension' },
  ],
  errors: ['auth', 'not_found', 'confirmation', 'rejected', 'refused'],
  json: '{"outcome": "linked" | "unchanged", "created", "extension": {"id", "slug", "name"}, "path", "previousId"}',
  async run(_args, options, ctx) {
    const { link, readRequest } = await import('../init/index.ts');
    const { interactive, yes } = ctx.options;
    const request = readRequest(options, ctx.host.env);
    const report = await link(request, {
      cwd: ctx.host.cwd,
      consent: yes ? 'agreed' : 'ask',
      interactive,
      ask: ctx.prompts.require,
      askConsent: ctx.prompts.requireConfirmation,
      client: ctx.client,
      note: ctx.log.note,
      isSecret: (text) => ctx.redact.value(text) !== text,
    });
    return result(report, show, { next: ['Next: build the extension, then "lumio deploy".'] });
  },
});

function show({ outcome, created, extension, path }: LinkReport): View {
  const name = extension.slug ?? extension.id;
  const told =
    outcome === 'unchanged'
      ? 'This folder is linked already, to '
      : `${created ? 'Created an extension and linked' : 'Linked'} this folder to `;
  return [
    statusLine('done', told.trimEnd(), strong(name)),
    fields([
      ['ID', extension.id],
      ['Name', optional(extension.name)],
      ['File', path],
    ]),
  ];
}
