/** Words of a further command line that is told to be pasted: also an id or a version that a server made up is one word of it, and no command. */

/** A word as a shell takes it for one: bare where it can be, else in single quotes (POSIX 2.2.2). */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./~\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
