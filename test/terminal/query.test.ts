import { expect, test } from 'vitest';
import { checkQuery, queryJson } from '../../src/terminal/query.ts';
import { createRedact } from '../../src/terminal/redact.ts';

const data = {
  versions: [
    { id: 'ver_1', sizeBytes: 5, approvedAt: null },
    { id: 'ver_2', sizeBytes: 7 },
  ],
  more: undefined,
};

test.each([
  ['a string is bare', 'versions[0].id', 'ver_1\n'],
  ['a number is bare', 'length(versions)', '2\n'],
  ['a boolean is bare', 'versions[0].sizeBytes == `5`', 'true\n'],
  ['a list is JSON', 'versions[].id', '[\n  "ver_1",\n  "ver_2"\n]\n'],
  ['nothing is null', 'versions[0].approvedAt', 'null\n'],
  ['what is left out of JSON is nothing', 'more', 'null\n'],
])('%s', (_what, expression, expected) => {
  expect(queryJson(data, expression, createRedact())).toBe(expected);
});

test.each(['versions[', 'versions[0', ''])(
  '"%s" is refused before anything is done',
  (expression) => {
    expect(() => checkQuery(expression)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        problem: expect.objectContaining({ code: 'invalid_query' }),
      }),
    );
  },
);

test.each(['nope(versions)', 'length(versions[0].id.foo)'])(
  '"%s" fails on the result, and reports that the command succeeded',
  (expression) => {
    checkQuery(expression);
    const problem = {
      code: 'query_failed',
      details: { result: { versions: data.versions } },
    };
    expect(() => queryJson(data, expression, createRedact())).toThrow(
      expect.objectContaining({ kind: 'usage', problem: expect.objectContaining(problem) }),
    );
  },
);
