import { expect, it } from 'vitest';
import { renderJson } from '../../src/terminal/render.ts';
import { createRedact } from '../../src/terminal/redact.ts';

it('keeps nulls and the order of keys, omits undefined, ends with a newline', () => {
  expect(renderJson({ b: 1, a: null, c: undefined, d: [] }, createRedact())).toBe(
    '{\n  "b": 1,\n  "a": null,\n  "d": []\n}\n',
  );
});

it('prints null for undefined', () => {
  expect(renderJson(undefined, createRedact())).toBe('null\n');
});

it('is the same data and harmless in a terminal', () => {
  const data = { name: '\u001B]0;x\u0007\u009B1m\u202E\u2029\u007F\uFEFF', 'k\u2028': '聊' };
  const json = renderJson(data, createRedact());
  expect(json).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029\u202E\uFEFF]/u);
  expect(JSON.parse(json)).toEqual(data);
});
