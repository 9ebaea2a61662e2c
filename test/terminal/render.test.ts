import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import {
  bytes,
  copyable,
  dim,
  fields,
  line,
  statusLine,
  none,
  status,
  strong,
  table,
  time,
  untrusted,
} from '../../src/terminal/view.ts';
import { renderView } from '../../src/terminal/render.ts';
import { widthOf } from '../../src/terminal/text.ts';
import { pipe, redactOf, terminal } from './terminals.ts';

const versions = table(
  [
    { label: 'Version' },
    { label: 'Status' },
    { label: 'Size', align: 'right' },
    { label: 'Submitted' },
    { label: 'Approved' },
    { label: 'ID', flexible: true },
  ],
  [
    [
      '1.2.0',
      status('approved'),
      bytes(182_400),
      time('2026-04-01T08:00:00Z'),
      time('2026-04-02T14:30:00Z'),
      'ver_abc123',
    ],
    ['1.3.0', status('pending'), none, time('2026-05-01T12:00:00Z'), none, 'ver_new_version_id'],
    ['2.0.0-rc.1', status('rejected'), bytes(1_500_000), time('no time'), none, 'ver_x'],
    ['2.0.0', status('quarantined'), bytes(0), none, none, 'ver_y'],
  ],
  'No versions yet.',
);

function block(text: string): string {
  return text.replace(/^\n/, '').replace(/ +$/, '');
}

test('fields in a terminal keep line breaks in text', async () => {
  const redact = redactOf('first\nsecond');
  const view = [
    fields([
      ['Text', untrusted('a\r\n\nfirst\nsecond\u001B[2J\n')],
      ['ID', '1'],
    ]),
  ];
  expect(await renderView(view, terminal({ redact }))).toBe('Text  a\n\n      ***\nID    1\n');
});

describe('a table in a terminal', () => {
  it('has a header, symbols, sizes and relative times at 80 columns', async () => {
    expect(await renderView([versions], terminal())).toBe(
      block(`
VERSION     STATUS         SIZE  SUBMITTED      APPROVED     ID
1.2.0       ✓ approved   182 kB  1 month ago    28 days ago  ver_abc123
1.3.0       ● pending         -  3 minutes ago  -            ver_new_version_id
2.0.0-rc.1  ✗ rejected   1.5 MB  no time        -            ver_x
2.0.0       quarantined     0 B  -              -            ver_y
`),
    );
  });

  it('uses short times, then truncates, if it is narrower', async () => {
    expect(await renderView([versions], terminal({ columns: 66 }))).toBe(
      block(`
VERSION     STATUS         SIZE  SUBMITTED  APPROVED  ID
1.2.0       ✓ approved   182 kB  1 mo ago   28 d ago  ver_abc123
1.3.0       ● pending         -  3 min ago  -         ver_new_ver…
2.0.0-rc.1  ✗ rejected   1.5 MB  no time    -         ver_x
2.0.0       quarantined     0 B  -          -         ver_y
`),
    );
  });

  it('becomes a list of fields at 40 columns', async () => {
    const [first] = (await renderView([versions], terminal({ columns: 40 }))).split('\n\n');
    expect(first).toBe(`Version    1.2.0
Status     ✓ approved
Size       182 kB
Submitted  1 month ago
Approved   28 days ago
ID         ver_abc123`);
  });

  it('uses ASCII in a terminal without Unicode', async () => {
    expect(await renderView([versions], terminal({ columns: 66, unicode: false }))).toBe(
      block(`
VERSION     STATUS         SIZE  SUBMITTED  APPROVED  ID
1.2.0       + approved   182 kB  1 mo ago   28 d ago  ver_abc123
1.3.0       * pending         -  3 min ago  -         ver_new_v...
2.0.0-rc.1  x rejected   1.5 MB  no time    -         ver_x
2.0.0       quarantined     0 B  -          -         ver_y
`),
    );
  });

  it('lines up wide characters', async () => {
    const names = table(
      [{ label: 'Name' }, { label: 'Status' }],
      [
        ['聊天 🎉', status('draft')],
        ['Poll', status('approved')],
      ],
      '',
    );
    expect(await renderView([names], terminal())).toBe(
      'NAME     STATUS\n聊天 🎉  ○ draft\nPoll     ✓ approved\n',
    );
  });

  it('has colors besides the symbols', async () => {
    const one = table(
      [{ label: 'Name' }, { label: 'Status' }],
      [[strong('Poll'), status('rejected')]],
      '',
    );
    const [escape] = ['\u001B'];
    expect(await renderView([one], terminal({ color: true }))).toBe(
      `${escape}[2mNAME${escape}[22m  ${escape}[2mSTATUS${escape}[22m\n` +
        `${escape}[1mPoll${escape}[22m  ${escape}[31m✗ rejected${escape}[39m\n`,
    );
  });

  it('draws bars as long as the terminal allows', async () => {
    const shares = table(
      [{ label: 'Version' }, { label: 'Share', align: 'right' }, { label: '' }],
      [0.75, 0.002].map((share, index) => [
        `1.${index}.0`,
        { kind: 'share', share },
        { kind: 'bar', share },
      ]),
      '',
    );
    expect(await renderView([shares], terminal({ columns: 40 }))).toBe(
      'VERSION  SHARE\n1.0.0      75%  ███████▌\n1.1.0     0.2%  ▏\n',
    );
    expect(await renderView([shares], terminal({ unicode: false }))).toContain(
      '75%  ###############\n',
    );
  });

  it('lays out thousands of rows like a few rows', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => [`key-${index}`, index]);
    const lines = (
      await renderView(
        [table([{ label: 'Key' }, { label: 'Count', align: 'right' }], rows, '')],
        terminal(),
      )
    ).split('\n');
    expect(lines).toHaveLength(1002);
    expect(new Set(lines.slice(0, -1).map(widthOf))).toEqual(new Set([14]));
  });
});

describe('fields and lines in a terminal', () => {
  test('aligns labels, indents long values, separates blocks', async () => {
    const view = [
      statusLine('done', 'Created', strong('my-scoreboard'), dim('(draft)')),
      fields([
        ['id', 'ext_01j9k2m3n4p5q6r7'],
        ['status', status('draft')],
        ['description', 'Shows the score of any game on a stream, live.'],
        ['pricing', none],
      ]),
      line('Dashboard: https://lumio.vision/dashboard/extensions/ext_01j9k2m3n4p5q6r7'),
      statusLine('warning', 'The archive has more than 10 MB; the server may refuse it.'),
    ];
    expect(await renderView(view, terminal({ columns: 40 }))).toBe(`✓ Created my-scoreboard (draft)

id           ext_01j9k2m3n4p5q6r7
status       ○ draft
description  Shows the score of any game
             on a stream, live.
pricing      -

Dashboard:
https://lumio.vision/dashboard/extensions/ext_01j9k2m3n4p5q6r7
! The archive has more than 10 MB; the
  server may refuse it.
`);
  });

  test('prints the value below a label that leaves no room', async () => {
    expect(
      await renderView(
        [
          fields([
            ['a.label.of.some.length', 'and its value'],
            ['b', 1],
          ]),
        ],
        terminal({ columns: 30 }),
      ),
    ).toBe('a.label.of.some.length\n  and its value\nb\n  1\n');
  });

  test('never breaks text to copy', async () => {
    const text = `export LUMIO_API_KEY=${'k'.repeat(80)}`;
    expect(await renderView([copyable(text)], terminal())).toBe(`${text}\n`);
  });

  test('prints our own text unchanged', async () => {
    expect(await renderView([{ kind: 'text', text: 'complete -F _lumio lumio' }], terminal())).toBe(
      'complete -F _lumio lumio\n',
    );
  });

  test('prints nothing for empty tables and fields', async () => {
    expect(await renderView([table([{ label: 'Key' }], [], 'None.'), fields([])], terminal())).toBe(
      '',
    );
  });
});

describe('in a pipe', () => {
  it('prints the same rows exactly, tab-separated and without a header', async () => {
    const rows = await renderView(
      [
        versions,
        fields([
          ['size', bytes(182_400)],
          ['share', { kind: 'share', share: 1 / 3 }],
        ]),
        statusLine('done', 'Done', dim('(1)')),
      ],
      pipe,
    );
    expect(rows).toBe(
      [
        '1.2.0\tapproved\t182400\t2026-04-01T08:00:00Z\t2026-04-02T14:30:00Z\tver_abc123',
        '1.3.0\tpending\t\t2026-05-01T12:00:00Z\t\tver_new_version_id',
        '2.0.0-rc.1\trejected\t1500000\tno time\t\tver_x',
        '2.0.0\tquarantined\t0\t\t\tver_y',
        'size\t182400',
        'share\t0.3333333333333333',
        'Done\t(1)',
        '',
      ].join('\n'),
    );
  });

  it('keeps a value in its row, and omits bars', async () => {
    const shares = table(
      [{ label: 'Share' }, { label: '' }],
      [
        [
          { kind: 'share', share: 0.5 },
          { kind: 'bar', share: 0.5 },
        ],
      ],
      '',
    );
    expect(
      await renderView([fields([['description', 'One\r\ntwo\tthree\\n\n']]), shares], pipe),
    ).toBe(
      String.raw`description	one`.length > 0 ? 'description\tOne\\ntwo\\tthree\\n\\n\n0.5\n' : '',
    );
  });

  it('has color only when color is forced', async () => {
    const forced = await renderView([versions], { ...pipe, color: true });
    expect(forced).toContain('\t\u001B[32mapproved\u001B[39m\t');
    expect(stripVTControlCharacters(forced)).toBe(await renderView([versions], pipe));
  });

  it('truncates nothing', async () => {
    expect(
      await renderView([table([{ label: 'Key' }], [['x'.repeat(10_000)]], '')], pipe),
    ).toHaveLength(10_001);
  });
});

const redact = redactOf('lm_dev_0123456789');

describe('secrets', () => {
  const echo = table(
    [{ label: 'Name', flexible: true }, { label: 'ID' }],
    [['the key lm_dev_0123456789 was echoed by the server', 'x'.repeat(30)]],
    '',
  );

  test.each([
    ['a terminal', terminal({ columns: 50, redact })],
    ['a pipe', { ...pipe, redact }],
  ])('are masked before anything is truncated, on %s', async (_where, info) => {
    expect(await renderView([echo], info)).not.toContain('lm_dev_0');
  });
});
