/** `.lumioignore` excludes what `git check-ignore` excludes with the same rules in `.gitignore`. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IgnoreRules } from '../../src/archive/ignore-rules.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isInstalled } from '../support/programs.ts';
import { addedByGit, isRuleFile } from './git.ts';

const { signal } = new AbortController();
const paths = [
  'a.js',
  'a.js.map',
  'keep.map',
  'build/x.js',
  'build/keep.js',
  'src/build/y.js',
  'src/a/b/c.txt',
  'src/a/x.log',
  'docs/a.md',
  'docs/sub/b.md',
  '#odd',
  '!odd',
  'sp ace.txt',
  'tail',
  'foo[1].js',
  'foo1.js',
  'deep/a/b/c/d.txt',
  'deep/keep/d.txt',
  'odd#',
  'src/odd#',
  'docs/x/deep/f.txt',
  'docs/x/y/f.txt',
  'docs/# y',
];

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a pattern without slash, at any depth': { '.lumioignore': '*.map\nbuild\n' },
  'a negation after it': { '.lumioignore': '*.map\n!keep.map\n' },
  'a negation has no effect inside an ignored directory': {
    '.lumioignore': 'build/\n!build/keep.js\n',
  },
  'a negation inside a directory whose content is ignored': {
    '.lumioignore': 'build/*\n!build/keep.js\n',
  },
  'a leading slash anchors a pattern': { '.lumioignore': '/build\n' },
  'a slash in the middle anchors a pattern': { '.lumioignore': 'src/build\nsub/b.md\n' },
  'two stars': { '.lumioignore': 'src/**/c.txt\n**/x.log\ndeep/**\n' },
  'comments, escapes, blanks, CRLF': {
    '.lumioignore': '# a.js\r\n\\#odd\r\n\\!odd\r\n\r\ntail   \r\nsp ace.txt\r\n',
  },
  classes: { '.lumioignore': 'foo[[]1].js\nfoo[0-9].js\n' },
  'case matters': { '.lumioignore': 'A.js\nDOCS/\n' },
  'rules of a subdirectory take precedence there': {
    '.lumioignore': '*.txt\n*.md\n',
    'docs/.lumioignore': '!*.md\n',
    'deep/.lumioignore': '!a/b/c/d.txt\n',
  },
  'a subdirectory includes a directory again': {
    '.lumioignore': 'a/\n',
    'src/.lumioignore': '!a/\n',
  },
  'anchored rules of a subdirectory': {
    'src/.lumioignore': '/a\nbuild/y.js\n',
    'docs/.lumioignore': 'sub/\n# no\n\n',
  },
  'a subdirectory with glob characters': {
    'foo[x]/.lumioignore': 'b.js\n/c.js',
    'foo[x]/b.js': '',
    'foo[x]/c.js': '',
    'foox/b.js': '',
    'foox/c.js': '',
  },
  'lines of blanks, comments and blanks after a directory in a subdirectory': {
    'docs/.lumioignore': '   \n# y\ndeep/  \n',
    'src/.lumioignore': 'odd#\n',
  },
  'a subdirectory below a subdirectory': {
    'src/.lumioignore': '*.txt\n*.log\n',
    'src/a/.lumioignore': '!/b/c.txt\n!x.log\n',
  },
  'case of a tied rule, and of a negation': {
    '.lumioignore': '/SRC/build\n*.txt\n!Deep/keep/d.txt\n!TAIL\ntail\n',
  },
  'a byte order mark': { '.lumioignore': '\ufeffa.js\n' },
};

describe('the same files as git', () => {
  test.skipIf(!isInstalled('git')).each(Object.entries(cases))('%s', async (_name, rules) => {
    const directory = await temporaryDirectory({
      ...Object.fromEntries(paths.map((path) => [path, ''])),
      ...rules,
    });
    for (const path of Object.keys(rules).filter((path) => path.endsWith('.lumioignore'))) {
      copyFileSync(
        join(directory, path),
        join(directory, path.replace('.lumioignore', '.gitignore')),
      );
    }
    const { files } = await selectFiles(directory, { signal });
    expect(files.map(({ path }) => path).filter((path) => !path.endsWith('.gitignore'))).toEqual(
      addedByGit(directory).filter((path) => !isRuleFile(path)),
    );
  });
});

describe('rule files outside the directory', () => {
  const project = {
    '.lumioignore': 'dist/*.map\ndist/\n/a.js\n',
    'dist/a.js': '',
    'dist/a.js.map': '',
    'dist/b/c.js.map': '',
  };

  test("a parent's rules are relative to it, and don't apply to the packed directory", async () => {
    const directory = await temporaryDirectory(project);
    const selection = await selectFiles(join(directory, 'dist'), {
      ignoreFiles: [join(directory, '.lumioignore')],
      signal,
    });
    expect(selection.files.map(({ path }) => path)).toEqual(['a.js', 'b/c.js.map']);
    expect(selection.ignoredCount).toBe(1);
  });

  test('several parents apply in any order, but not above the packed directory', async () => {
    const rules = {
      '.lumioignore': 'web/\ndist/\nout/\n/web/dist/out/a.js\n/b.js\nc.js\n',
      'web/.lumioignore': '/dist\n/dist/out/d.js\n!/dist/out/keep/c.js\n',
    };
    const names = ['a.js', 'b.js', 'c.js', 'd.js', 'e.js', 'keep/c.js', 'sub/a.js'];
    const directory = await temporaryDirectory({
      ...rules,
      ...Object.fromEntries(names.map((name) => [`web/dist/out/${name}`, ''])),
    });
    const [root, web] = Object.keys(rules).map((path) => join(directory, path));
    const selectedBy = async (ignoreFiles: readonly (string | undefined)[]): Promise<string[]> => {
      const { files } = await selectFiles(join(directory, 'web/dist/out'), {
        ignoreFiles: ignoreFiles.filter((file) => file !== undefined),
        signal,
      });
      return files.map(({ path }) => path);
    };
    expect(await selectedBy([root, web])).toEqual(['b.js', 'e.js', 'keep/c.js', 'sub/a.js']);
    expect(await selectedBy([web, root])).toEqual(['b.js', 'e.js', 'sub/a.js']);
  });

  test('reports the rule files that ignored something', async () => {
    const directory = await temporaryDirectory({ one: 'a.js\n', two: 'b.js\n' });
    const rules = new IgnoreRules(join(directory, 'dist'), [
      join(directory, 'one'),
      join(directory, 'two'),
    ]);
    const verdicts = ['dir/', 'a.js', 'c.js'].map((path) => rules.verdict(path, false));
    expect(verdicts).toEqual(['included', 'ignored', 'included']);
    expect([...rules.ignoringFiles]).toEqual([join(directory, 'one')]);
  });

  test('one elsewhere applies as if it were in the directory', async () => {
    const rules = join(await temporaryDirectory({ rules: '/a.js\n' }), 'rules');
    const selection = await selectFiles(join(await temporaryDirectory(project), 'dist'), {
      ignoreFiles: [rules],
      signal,
    });
    expect(selection.files.map(({ path }) => path)).toEqual(['a.js.map', 'b/c.js.map']);
  });

  test("one in a directory whose name is a prefix of the packed one isn't above it", async () => {
    const directory = await temporaryDirectory({
      'dist/rules': '/a.js\n',
      'dist-web/a.js': '',
      'dist-web/b.js': '',
    });
    const selection = await selectFiles(join(directory, 'dist-web'), {
      ignoreFiles: [join(directory, 'dist/rules')],
      signal,
    });
    expect(selection.files.map(({ path }) => path)).toEqual(['b.js']);
  });

  test("the directory's own rules come last, and a missing file has no effect", async () => {
    const directory = await temporaryDirectory({
      '.lumioignore': '*.map',
      'dist/.lumioignore': '!a.js.map',
      'dist/a.js.map': '',
      'dist/b.js.map': '',
    });
    const ignoreFiles = [join(directory, '.lumioignore'), join(directory, 'missing')];
    const selection = await selectFiles(join(directory, 'dist'), { ignoreFiles, signal });
    expect(selection.files.map(({ path }) => path)).toEqual(['a.js.map']);
  });

  test('refuses a directory by name', async () => {
    const directory = await temporaryDirectory({ 'dist/a.js': '', 'rules/x': '' });
    const problem = await problemOf(() =>
      selectFiles(join(directory, 'dist'), { ignoreFiles: [join(directory, 'rules')], signal }),
    );
    expect(problem).toMatchObject({
      code: 'ignore_file_unreadable',
      message: expect.stringContaining(join(directory, 'rules')),
    });
  });
});
