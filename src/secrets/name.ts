/** Checks the names of secrets. */
import { LumioError } from '../errors.ts';
import { pathSegmentError } from '../api/api-url.ts';
import { formatList } from '../shared/quantities.ts';
import { mostSimilar } from '../shared/similar.ts';

/** The error never repeats an invalid name: if a user passes `"$TOKEN"` instead, it is a value. */
const nameLabel = 'The name of the secret';
const maxListed = 10;

/**
 * Refuses what can't be part of `/extensions/:id/secrets/:key`, can't be seen, or looks like
 * `NAME=value`. The API page doesn't restrict names.
 * @param label for the error
 * @throws LumioError usage
 */
export function checkSecretName(name: string, label = nameLabel): string {
  const reason = name.includes('=') ? 'contains "="' : (invisible(name) ?? pathSegmentError(name));
  if (reason === undefined) return name;
  throw new LumioError('usage', {
    code: 'invalid_secret_key',
    message: `${label} ${reason}.`,
    hint: name.includes('=')
      ? 'Specify only the name, such as API_KEY.'
      : 'Use letters, digits and underscores, such as API_KEY.',
  });
}

/**
 * @param names of the secrets on the server
 * @param extension its slug or ID
 * @throws LumioError not_found, with a suggestion
 */
export function checkStored(name: string, names: readonly string[], extension: string): void {
  if (names.includes(name)) return;
  const similar = mostSimilar(name, names);
  const suggestion = similar === undefined ? '' : `Did you mean "${similar}"? `;
  const stored = `Its secrets: ${formatList(names, maxListed)}.`;
  throw new LumioError('not_found', {
    code: 'secret_not_found',
    message: `${extension} has no secret "${name}".`,
    hint: names.length === 0 ? 'The extension has no secrets.' : `${suggestion}${stored}`,
  });
}

/** Two names that look the same would be two secrets. */
function invisible(name: string): string | undefined {
  if (/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(name.replaceAll(emoji, '')))
    return 'contains an invisible character';
  if (name !== name.normalize('NFC')) return "isn't in Unicode normalization form C";
  if (name !== '' && /^\s|\s$|[^\S ]/u.test(name)) return 'contains whitespace that is hard to see';
  return undefined;
}

/** Emoji are joined and styled by characters that are invisible elsewhere. */
const emoji =
  /\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?(?:\u200D\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?)*/gu;
