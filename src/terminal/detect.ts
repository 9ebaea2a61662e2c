/** Detects what a stream can show: terminal or not, width, color, Unicode. Pure; loads nothing. */
import type { Clock, Host, OutputStream } from '../host.ts';
import { type Redact, createRedact } from './redact.ts';

export interface TerminalInfo {
  readonly isTerminal: boolean;
  /** Width in character cells. */
  readonly columns: number;
  readonly color: boolean;
  /** Whether our own symbols (ticks, bars, ellipses) may be outside ASCII. */
  readonly unicode: boolean;
  /** Milliseconds since 1970, for relative times. */
  readonly nowMs: number;
  /** Whether a CI runner reads commands in the output. */
  readonly isRunner: boolean;
  /** Masks secrets in each text before it is truncated or wrapped. */
  readonly redact: Redact;
}

const defaultColumns = 80;

/**
 * The current number of columns. Containers, `ssh -tt` and pseudo-terminals of tools report 0:
 * unknown.
 */
export function columnsOf(stream: Pick<OutputStream, 'columns'>): number {
  const columns = stream.columns() ?? 0;
  return columns > 0 ? columns : defaultColumns;
}

/** @param host the environment of the stream */
export function terminalOf(
  { env, platform, clock }: Pick<Host, 'env' | 'platform'> & { clock: Pick<Clock, 'now'> },
  stream: Pick<OutputStream, 'isTerminal' | 'columns'>,
  { noColor, redact = createRedact() }: { readonly noColor: boolean; readonly redact?: Redact },
): TerminalInfo {
  return {
    isTerminal: stream.isTerminal,
    columns: columnsOf(stream),
    color: !noColor && hasColor(env, stream),
    unicode: hasUnicode(env, platform),
    nowMs: clock.now(),
    redact,
    isRunner: isRunner(env),
  };
}

/**
 * Whether lines may be drawn over. CI logs keep every frame as a line, even from a pseudo-terminal.
 */
export function isAnimated(
  env: Host['env'],
  { isTerminal }: Pick<TerminalInfo, 'isTerminal'>,
): boolean {
  const ci = env['CI'];
  const inCi = isSet(ci) && ci !== '0' && ci !== 'false';
  return isTerminal && !inCi && env['TERM'] !== 'dumb';
}

/** GitHub Actions, Azure Pipelines, TeamCity. */
export function isRunner(env: Host['env']): boolean {
  return (
    env['GITHUB_ACTIONS'] === 'true' || isSet(env['TF_BUILD']) || isSet(env['TEAMCITY_VERSION'])
  );
}

/**
 * `--no-color` and NO_COLOR (no-color.org: set to anything but nothing) override FORCE_COLOR, which
 * overrides the detection.
 */
function hasColor(env: Host['env'], stream: Pick<OutputStream, 'isTerminal'>): boolean {
  if (isSet(env['NO_COLOR'])) return false;
  const forced = env['FORCE_COLOR'];
  if (isSet(forced)) return forced !== '0' && forced !== 'false';
  // bixense.com/clicolors
  if (isSet(env['CLICOLOR_FORCE']) && env['CLICOLOR_FORCE'] !== '0') return true;
  if (env['CLICOLOR'] === '0') return false;
  return stream.isTerminal && env['TERM'] !== 'dumb';
}

function hasUnicode(env: Host['env'], platform: Host['platform']): boolean {
  const terminal = env['TERM'];
  // The Linux console has the encoding but not the glyphs.
  if (terminal === 'dumb' || terminal === 'linux') return false;
  if (platform === 'win32') return isModernWindowsTerminal(env);
  // POSIX: the first of these that isn't empty decides the locale.
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet);
  return locale === undefined ? platform === 'darwin' : /utf-?8/i.test(locale);
}

/**
 * The old Windows console draws boxes for most symbols; terminals that set one of these variables
 * don't.
 */
function isModernWindowsTerminal(env: Host['env']): boolean {
  const known = [env['WT_SESSION'], env['ConEmuTask'], env['TERMINAL_EMULATOR'], env['TERM']].some(
    isSet,
  );
  return known || env['TERM_PROGRAM'] === 'vscode';
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Erases the line, where the terminal has written ^C. Only where {@link isAnimated}. */
export const eraseLine = '\r\u001B[K';
