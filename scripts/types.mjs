/**
 * The library's types as one file that needs no other: the declarations of its public sources, one after the other, and one list of what
 * `import … from 'lumio'` gives. Each public source may import types only from the others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isolatedDeclarationSync } from 'rolldown/experimental';

const sources = ['src/errors.ts', 'src/library/types.ts', 'src/library/client.ts'];
const index = 'src/library/index.ts';

/** @returns the text of dist/client.d.ts */
export function libraryTypes(root) {
  const parts = sources.map((path) => declarationsOf(path, readFileSync(join(root, path), 'utf8')));
  const text = parts.join('\n').replaceAll(/^export (?=declare|interface|type)/gm, '');
  return `${text}\nexport { ${offered(root, parts).join(', ')} };\n`;
}

const sandboxSources = ['src/sandbox/public-types.ts', 'src/library/sandbox.ts'];

/** @returns the text of dist/sandbox.d.ts */
export function sandboxTypes(root) {
  const parts = sandboxSources.map((path) =>
    declarationsOf(path, readFileSync(join(root, path), 'utf8')),
  );
  return parts.join('\n').replaceAll(/^export type \{[^}]*\} from [^;]*;\n/gm, '');
}

function declarationsOf(path, source) {
  const { code, errors } = isolatedDeclarationSync(path, source, {});
  if (errors.length > 0)
    throw new Error(
      `${path} can't be declared on its own: ${errors.map((error) => error.message).join('; ')}`,
    );
  return code
    .replaceAll(/^import type [^;]*;\n/gm, '')
    .replace(/^\/\*\*[\s\S]*?\*\/\n(?=\n*\/\*\*)/, '');
}

/** What the index hands on: the names that it lists, and all of types.ts. */
function offered(root, [errors, types, client]) {
  const text = readFileSync(join(root, index), 'utf8');
  const listed = [...text.matchAll(/^export (type )?\{ ([^}]*) \}/gm)].flatMap(
    ([, type = '', names]) => names.split(', ').map((name) => `${type}${name}`),
  );
  const declared = namesIn(errors + client);
  const missing = listed.filter((name) => !declared.includes(name.replace('type ', '')));
  if (missing.length > 0)
    throw new Error(`The index offers ${missing.join(', ')}, which no public source declares.`);
  return [...listed, ...namesIn(types).map((name) => `type ${name}`)].sort((a, b) =>
    a < b ? -1 : 1,
  );
}

function namesIn(declarations) {
  return [
    ...declarations.matchAll(
      /^export (?:declare )?(?:class|interface|type|const|function) (\w+)/gm,
    ),
  ].map((match) => match[1]);
}
