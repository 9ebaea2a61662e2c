import { defineCommand, flag, result, text } from '../command.ts';
import type { LinkReport } from '../link/index.ts';
import { type View, fields, marked, optional, strong } from '../ui/format.ts';
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
    name: text('--name <name>', 'its name (else name in lumio.config.json or package.json)'),
    shortDescription: text(
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
    const { link, readRequest } = await ctx.rooms.link();
    const { interactive, yes } = ctx.globals;
    const { ask, askConsent, client, note } = ctx;
    const request = readRequest(options, ctx.host.env);
    const report = await link(request, {
      cwd: ctx.host.cwd,
      consent: yes ? 'agreed' : 'ask',
      interactive,
      ask,
      askConsent,
      client,
      note,
      isSecret: (text) => ctx.mask.clean(text) !== text,
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
    marked('done', told.trimEnd(), strong(name)),
    fields([
      ['ID', extension.id],
      ['Name', optional(extension.name)],
      ['File', path],
    ]),
  ];
}
