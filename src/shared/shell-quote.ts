/** Quotes a word for a POSIX shell (POSIX 2.2.2) where needed, so that a server can't add commands. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./~\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
