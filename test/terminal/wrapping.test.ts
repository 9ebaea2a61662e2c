/** What a terminal may do without. */
import { describe, expect, test } from 'vitest';
import { fields, statusLine, table, detail, nextCommand } from '../../src/terminal/view.ts';
import { renderView } from '../../src/terminal/render.ts';
import { toAscii } from '../../src/terminal/style.ts';
import { pipe, terminal } from './terminals.ts';

describe('an optional column', () => {
  const view = [
    table(
      [
        { label: 'Slug' },
        { label: 'Name', flexible: true },
        { label: 'ID', flexible: true, optional: true },
      ],
      [['scores', 'A name of twenty-six letters', 'ext_0123456789']],
      'None.',
    ),
  ];
  test.each([
    [
      'is shown if it fits',
      terminal({ columns: 60 }),
      [
        'SLUG    NAME                          ID',
        'scores  A name of twenty-six letters  ext_0123456789',
        '',
      ],
    ],
    [
      'is omitted before another column is truncated much',
      terminal({ columns: 37 }),
      ['SLUG    NAME', 'scores  A name of twenty-six letters', ''],
    ],
    ['is there in a pipe', pipe, ['scores\tA name of twenty-six letters\text_0123456789', '']],
  ])('%s', async (_what, info, expected) => {
    expect((await renderView(view, info)).split('\n')).toEqual(expected);
  });
});

test('never truncates a column that wraps', async () => {
  const view = [
    table(
      [{ label: 'Setting' }, { label: 'From', flexible: true, wraps: true }],
      [['version', '/home/username/package.json of it']],
      'None.',
    ),
  ];
  expect(await renderView(view, terminal({ columns: 30 }))).toBe(
    'SETTING  FROM\nversion  /home/username/packag\n         e.json\n         of it\n',
  );
});

test('an identifier has a line below its label rather than two lines', async () => {
  const view = [fields([['Extension', 'my-scoreboard']])];
  expect(await renderView(view, terminal({ columns: 20 }))).toBe('Extension\n  my-scoreboard\n');
});

test('indents continuation lines below the text, and never breaks a command', async () => {
  const view = [
    statusLine('failed', 'key:', 'none'),
    detail('Set a variable, or store the key.'),
    nextCommand('lumio login --profile work'),
  ];
  expect(await renderView(view, terminal({ columns: 24 }))).toBe(
    '✗ key: none\n  Set a variable, or\n  store the key.\n  → lumio login --profile work\n',
  );
});

test.each([
  ['a terminal', terminal({ unicode: false }), 'Account -> Keys -\nhint  a - b...\n'],
  [
    'a pipe, where values stay exact',
    { ...pipe, unicode: false },
    'Account -> Keys -\nhint\ta – b…\n',
  ],
])('no Unicode on %s', async (_where, info, expected) => {
  const shown = await renderView(
    [{ kind: 'text', text: 'Account → Keys –' }, fields([['hint', 'a – b…']])],
    info,
  );
  expect(shown.replace('\n\n', '\n')).toBe(expected);
});

test.each([
  [true, 'Account → Keys …'],
  [false, 'Account -> Keys ...'],
])('own sentences with Unicode: %s', (unicode, expected) => {
  expect(toAscii({ unicode }, 'Account → Keys …')).toBe(expected);
});
