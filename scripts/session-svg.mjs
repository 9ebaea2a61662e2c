/**
 * Draws docs/images/session.svg, the picture in the README: commands that run in a real terminal
 * (tmux) against a sandbox. With --check it compares instead of writing.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, stable, withSandbox } from './sandbox.mjs';
import { runInTerminal } from './terminal.mjs';

const picture = join(root, 'docs/images/session.svg');
const commands = ['lumio deploy --wait', 'lumio status'];
const columns = 80;
/** Pixels. */
const cell = { width: 8.4, height: 20, margin: 20, bar: 32 };
/** An escape sequence for color (ECMA-48, SGR). */
const sgr = new RegExp(String.raw`(${String.fromCodePoint(27)}\[[\d;]*m)`);
const colors = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff', 90: '#8b949e' };

const svg = draw(await record());
if (process.argv.includes('--check')) check(svg);
else write(svg);

function write(svg) {
  mkdirSync(dirname(picture), { recursive: true });
  writeFileSync(picture, svg);
}

function check(svg) {
  if (readFileSync(picture, 'utf8') === svg) return;
  console.error(
    'docs/images/session.svg differs from what the commands print. Run "npm run docs".',
  );
  process.exitCode = 1;
}

/** @returns the lines of the session, with escape sequences for colors */
function record() {
  return withSandbox(
    ({ directory, env, url }) => {
      const cwd = join(directory, 'scoreboard');
      cpSync(join(root, 'fixtures/extensions/scoreboard'), cwd, { recursive: true });
      const place = { directory, cwd, env, columns, hasColors: true };
      return commands.flatMap((command, index) => [
        ...(index === 0 ? [] : ['']),
        `\u001b[90m$\u001b[0m \u001b[1m${command}\u001b[0m`,
        ...runInTerminal(command, place).map((line) => stable(line, { url })),
      ]);
    },
    ['--review-after', '1s'],
  );
}

function draw(lines) {
  const width = Math.ceil(columns * cell.width + 2 * cell.margin);
  const height = cell.bar + lines.length * cell.height + cell.margin;
  const rows = [];
  let style = {};
  for (const [index, line] of lines.entries()) {
    const { text, next } = drawLine(line, style, cell.bar + (index + 0.7) * cell.height);
    rows.push(...text);
    style = next;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(commands.join(', then '))}</title>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#30363d"/>
<circle cx="20" cy="17" r="5" fill="#ff5f57"/><circle cx="38" cy="17" r="5" fill="#febc2e"/><circle cx="56" cy="17" r="5" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${rows.join('\n')}
</g>
</svg>
`;
}

/** One <text> for each run of equal style. */
function drawLine(line, style, y) {
  const text = [];
  let next = style;
  let column = 0;
  for (const part of line.split(sgr)) {
    const codes = new RegExp(`^${sgr.source}$`).test(part) ? part.slice(2, -1) : undefined;
    if (codes !== undefined) next = restyled(next, codes.split(';').map(Number));
    else {
      if (part.trim() !== '') text.push(drawRun(part, next, column, y));
      column += part.length;
    }
  }
  return { text, next };
}

function drawRun(part, style, column, y) {
  const start = part.length - part.trimStart().length;
  const run = part.trim();
  const x = cell.margin + (column + start) * cell.width;
  const attributes = [
    // Browsers don't inherit it from <g>: without it blanks collapse and textLength stretches the
    // rest.
    'xml:space="preserve" ',
    `x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${(run.length * cell.width).toFixed(1)}"`,
    style.color === undefined ? '' : ` fill="${style.color}"`,
    style.isBold ? ' font-weight="bold"' : '',
    style.isDim ? ' opacity="0.65"' : '',
  ];
  return `<text ${attributes.join('')}>${escaped(run)}</text>`;
}

function restyled(style, codes) {
  let next = style;
  for (const code of codes) {
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, isBold: true };
    else if (code === 2) next = { ...next, isDim: true };
    else if (code === 22) next = { ...next, isBold: false, isDim: false };
    else if (code === 39) next = { ...next, color: undefined };
    else if (colors[code] !== undefined) next = { ...next, color: colors[code] };
  }
  return next;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
