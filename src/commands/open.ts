import { websiteOf } from '../api/api-url.ts';
import { choice, defineCommand, flag, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';
import { copyable, type View } from '../terminal/view.ts';
import { extensionOption } from './shared-options.ts';

const pages = ['dashboard', 'store', 'docs'] as const;
type Page = (typeof pages)[number];

const docsUrl = 'https://docs.lumio.vision';

export const open = defineCommand({
  path: ['open'],
  summary: 'Open the dashboard, the store page or the documentation in the browser',
  details: 'Prints the URL instead if there is no browser, in a pipe, or with --json.',
  args: { page: choice('[page]', 'Page to open (default: dashboard)', pages) },
  options: { extension: extensionOption, print: flag('--print', 'Print the URL only') },
  examples: {
    'lumio open': 'Open the dashboard of the linked extension',
    'lumio open store --print': 'Print the URL of its store page',
  },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const page = args.page ?? 'dashboard';
    const url = await urlOf(page, options.extension, ctx);
    const isAllowed = !options.print && !ctx.options.json && ctx.host.stdout.isTerminal;
    const opened = isAllowed && (await openInBrowser(url, ctx));
    if (isAllowed && !opened) ctx.log.note('Note: no browser found. Open the URL yourself.');
    return result({ page, url, opened }, (): View => [copyable(url)]);
  },
});

async function urlOf(page: Page, extension: string | undefined, ctx: Context): Promise<string> {
  if (page === 'docs') return docsUrl;
  const site = websiteOf(ctx.options.apiUrl);
  if (site === undefined)
    throw new LumioError('usage', {
      code: 'no_such_page',
      message: `The selected API has no ${page}.`,
      hint: otherApiHint(ctx),
    });
  const target = await ctx.target.resolve(extension);
  if (page === 'dashboard') return `${site}/dashboard/extensions/${encodeURIComponent(target.id)}`;
  const slug = target.slug ?? (await loadSlug(target.id, ctx));
  // The server's text becomes an argument of another program.
  if (slug === undefined || !/^[a-z0-9-]+$/.test(slug))
    throw new LumioError('unexpected_response', {
      code: 'unexpected_response',
      message: `The extension ${target.id} has no valid slug, so it has no store page.`,
      hint: 'Open the dashboard with "lumio open dashboard".',
    });
  return `${site}/store/extensions/${slug}`;
}

/** The hint depends on the source of the API URL. */
function otherApiHint({ options: { explicit, profile }, host: { env } }: Context): string {
  if (explicit.includes('apiUrl')) return 'Remove --api-url to use the Lumio API.';
  return (env['LUMIO_API_URL'] ?? '') === ''
    ? `The API URL comes from the profile "${profile}". Use another one with --profile.`
    : 'Unset LUMIO_API_URL to use the Lumio API.';
}

async function loadSlug(id: string, ctx: Context): Promise<string | undefined> {
  const { extensionOf } = await import('../api/schemas.ts');
  return extensionOf(await (await ctx.client()).call('getExtension', { id })).slug ?? undefined;
}

/** @returns whether a browser was started */
async function openInBrowser(url: string, ctx: Context): Promise<boolean> {
  const words = openerFor(url, ctx);
  if (words === undefined) return false;
  const { runProgram } = await import('../shared/child-process.ts');
  try {
    return (await runProgram(words, ctx.host, 'aside')) === 0;
  } catch {
    return false;
  }
}

/** Without a display, xdg-open would start a browser in the terminal. */
function openerFor(url: string, { host: { platform, env } }: Context): string[] | undefined {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  const hasDisplay = ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some(
    (name) => (env[name] ?? '') !== '',
  );
  return hasDisplay ? ['xdg-open', url] : undefined;
}
