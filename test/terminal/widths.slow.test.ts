/** Terminals of any width, and what they must not be made to do. */
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { type TerminalInfo, terminalOf } from '../../src/terminal/detect.ts';
import { renderProblem } from '../../src/terminal/problem.ts';
import { createProgress } from '../../src/terminal/progress.ts';
import { createRedact } from '../../src/terminal/redact.ts';
import { renderView } from '../../src/terminal/render.ts';
import { widthOf } from '../../src/terminal/text.ts';
import {
  type View,
  bytes,
  detail,
  fields,
  fieldsOf,
  line,
  status,
  statusLine,
  table,
  time,
  untrustedText,
} from '../../src/terminal/view.ts';
import { fakeClock } from '../support/clock.ts';
import { growthOf, maxLinearGrowth } from '../support/growth.ts';
import { pipe, recordingSink, terminal } from './terminals.ts';

const env = { LANG: 'C.UTF-8' };
const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ maxLength: 330 }).map((long) => long.replaceAll(/\s/g, '-')),
);
const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
const columnsOf0to300 = fc.integer({ min: 0, max: 300 });

function terminalWith(columns: number): TerminalInfo {
  const stream = { isTerminal: true, columns: () => columns };
  const info = terminalOf({ env, platform: 'linux', clock: Date }, stream, { noColor: true });
  expect(info.columns).toBe(columns === 0 ? 80 : columns);
  return info;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

describe('a terminal of any width', () => {
  const tables = fc
    .tuple(text, text, word, word)
    .map(([name, description, id, label]): View => [
      table(
        [
          { label: 'Slug', identifier: true },
          { label: 'Name', flexible: true },
          { label: 'Status' },
          { label: 'Size', align: 'right', optional: true },
          { label: 'Path', flexible: true, wraps: true },
        ],
        [[id, name, status('approved'), bytes(182_400), description]],
        'None.',
      ),
      table([{ label: 'ID', identifier: true }], [[id], [name]], 'None.'),
      fieldsOf({ name, description, id, createdAt: '2026-04-01T08:00:00Z' }),
      fields([[label, description]]),
      fields([['Name', id]]),
    ]);

  it('is wide enough for every row of a table, and for every field', async () => {
    await fc.assert(
      fc.asyncProperty(tables, columnsOf0to300, async (view, columns) => {
        const info = terminalWith(columns);
        for (const row of (await renderView(view, info)).split('\n'))
          if (widthOf(row) > info.columns) expect([...graphemes.segment(row)]).toHaveLength(1);
      }),
      { numRuns: 1000 },
    );
  });

  const lines = fc
    .tuple(text, word)
    .map(([sentence, one]): View => [
      line(sentence, time('2026-05-01T12:00:00Z')),
      line(one),
      statusLine('warning', sentence),
      statusLine('done', one),
      detail(one),
      detail(sentence),
    ]);

  it('is wide enough for every line, except for one word that is wider itself', async () => {
    await fc.assert(
      fc.asyncProperty(lines, columnsOf0to300, async (view, columns) => {
        const info = terminalWith(columns);
        for (const row of (await renderView(view, info)).split('\n')) {
          if (widthOf(row) <= info.columns) continue;
          const one = row.replace(/^(?:[!✓] | {2})/, '');
          expect(one).not.toContain(' ');
          expect(widthOf(one) + 2).toBeGreaterThan(info.columns);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

it('truncates the animated line to any width', async () => {
  for (const columns of [0, 1, 2, 3, 10, 79, 300]) {
    const { stream, text: shown } = recordingSink(columns);
    const info = terminalOf({ env, platform: 'linux', clock: Date }, stream, { noColor: true });
    const progress = await createProgress({
      host: { env, stderr: stream, clock: fakeClock(), onExit: () => () => undefined },
      terminal: info,
      quiet: false,
    });
    progress.step('Waiting for the review of my-scoreboard '.repeat(20));
    await new Promise((resolve) => setTimeout(resolve, 300));
    progress.stop();
    // One line is never cleared line by line, which is what had no end.
    if (columns === 0 || columns > 2) expect(shown()).not.toContain('\u001B[1A');
    expect(shown().length).toBeLessThan(20_000);
  }
});

// Measured with tmux, except for Devanagari, on which terminals disagree.
test.each([
  ['🫠', 2],
  ['🪄', 2],
  ['👩‍🚀', 2],
  ['ที่นี่', 2],
  ['हिन्दी', 4],
  ['שָׁלוֹם', 4],
  ['Cafe\u0301', 4],
  ['한국어', 6],
  ['\u1112\u1161\u11AB\u1100\u116E\u11A8\u110B\u1165', 6],
  ['聊天 🎉', 7],
])('aligns the column after %s (%d columns)', async (name, width) => {
  const rows = [
    [name, 'x'],
    ['ten-letter', 'x'],
  ];
  const columns = [{ label: 'Name' }, { label: 'Id' }];
  const shown = await renderView([table(columns, rows, '')], terminal());
  expect(shown.split('\n')[1]).toBe(`${name}${' '.repeat(10 - width)}  x`);
});

const lists = table(
  [
    { label: 'Version', identifier: true },
    { label: 'Status' },
    { label: 'Size', align: 'right', optional: true },
    { label: 'Submitted', optional: true },
    { label: 'ID', identifier: true },
  ],
  [
    [
      '1.10.0-beta.3',
      status('approved'),
      bytes(182_400),
      time('2026-04-01T08:00:00Z'),
      `ver_${'x'.repeat(22)}`,
    ],
  ],
  'None.',
);

test.each([
  [80, 'VERSION        STATUS        SIZE  SUBMITTED    ID'],
  [60, 'VERSION        STATUS      ID'],
  [40, 'Version    1.10.0-beta.3'],
])('never truncates a version or an ID: %d columns', async (columns, firstLine) => {
  const shown = await renderView([lists], terminal({ columns }));
  expect(shown).toContain(`ver_${'x'.repeat(22)}`);
  expect(shown).toContain('1.10.0-beta.3');
  expect(shown.split('\n')[0]).toBe(firstLine);
});

describe('lays out in linear time', () => {
  test.each([
    ['many words', 'word ', 50_000],
    ['one long word', 'x', 60_000],
    ['many accents', 'é', 25_000],
    ['many wide characters', '聊天 ', 2000],
    ['one long word of combined characters', 'e\u0301', 20_000],
  ])('text of %s', async (_, part, size) => {
    const render = async (count: number): Promise<void> => {
      const text = part.repeat(count);
      const columns = [{ label: 'A', wraps: true, flexible: true } as const];
      const view = [fieldsOf({ description: text }), table(columns, [[text]], '')];
      const shown = await renderView(view, terminal());
      expect(shown.split(part.trim())).toHaveLength(2 * count + 1);
    };
    expect(await growthOf(size, render)).toBeLessThan(maxLinearGrowth);
  });

  test('a table of many rows', async () => {
    const render = async (count: number): Promise<void> => {
      const rows = Array.from({ length: count }, (_, at) => [`key-${at}`, status('approved'), at]);
      const columns = [{ label: 'Key' }, { label: 'S' }, { label: 'N' }];
      const shown = await renderView([table(columns, rows, '')], terminal());
      expect(shown.trimEnd().split('\n')).toHaveLength(count + 1);
    };
    expect(await growthOf(10_000, render)).toBeLessThan(maxLinearGrowth);
  });
});

const commands = [
  '::error::x',
  '  ::add-path::/x',
  'a ##[add-path]/x',
  'a ##vso[task.setvariable variable=PATH]x',
  "a ##teamcity[setParameter name='x' value='y']",
  'a\n::set-output name=x::y',
];

test.each(commands)('starts no command of a CI runner: %j', async (hostile) => {
  const isCommand = (shown: string): boolean => /^\s*::|##\w*\[/m.test(shown);
  for (const base of [pipe, terminal()]) {
    const info = { ...base, isRunner: true };
    const blocks = [line(hostile), untrustedText(hostile), fieldsOf({ name: hostile })];
    for (const block of blocks) expect(isCommand(await renderView([block], info))).toBe(false);
    const error = new LumioError('rejected', { code: 'x', message: hostile, hint: hostile });
    expect(isCommand(await renderProblem(error, info, { verbose: true }))).toBe(false);
    expect(await renderView([untrustedText(hostile)], base)).toBe(`${hostile}\n`);
  }
});

test('removes invisible characters', async () => {
  const hidden = [
    '\u202E',
    '\u200B',
    '\u2066',
    '\u{E0041}',
    '\u115F',
    '\u3164',
    '\u{E0101}',
    '\uFEFF',
  ];
  const info = { ...pipe, redact: createRedact() };
  expect(await renderView([line(`a${hidden.join('b')}c`)], info)).toBe('abbbbbbbc\n');
});
