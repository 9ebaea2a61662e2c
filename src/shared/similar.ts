/** Did-you-mean for names that a user mistyped. */

/** Pairs of words that are close in letters and opposite in meaning. */
const opposites: Readonly<Record<string, readonly string[]>> = {
  get: ['set'],
  set: ['get'],
  import: ['export'],
  login: ['logout'],
  logout: ['login'],
  start: ['stop'],
  listed: ['unlisted'],
  unlisted: ['listed'],
};

/**
 * The candidate with the fewest edits, at most a third of the word's length. Undefined if the
 * opposite of a candidate is closer: `unpack` doesn't suggest `pack`, `--input` doesn't suggest
 * `--no-input`.
 * @param maxEdits allows fewer
 */
export function mostSimilar(
  word: string,
  candidates: readonly string[],
  maxEdits = Infinity,
): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(maxEdits, Math.max(1, Math.floor(word.length / 3))) + 1;
  const consider = (candidate: string, result: string | undefined): void => {
    if (Math.abs(candidate.length - word.length) >= fewest) return;
    const edits = distance(word, candidate);
    if (edits < fewest) [best, fewest] = [result, edits];
  };
  for (const candidate of candidates) consider(candidate, candidate);
  for (const candidate of candidates)
    for (const opposite of oppositesOf(candidate)) consider(opposite, undefined);
  return best;
}

function oppositesOf(name: string): readonly string[] {
  const dashes = name.startsWith('--') ? '--' : '';
  const stem = name.slice(dashes.length);
  const bare = stem.replace(/^(?:no-|un|dis)/, '');
  const negated = ['no-', 'no', 'un', 'dis', 'de'].map((prefix) => dashes + prefix + stem);
  return [
    ...(bare === stem ? negated : [dashes + bare]),
    ...(opposites[stem] ?? []).map((word) => dashes + word),
  ];
}

/** Levenshtein distance, with a swap of neighbors as one edit. */
function distance(from: string, to: string): number {
  let previous: readonly number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const above = row;
    row = [line];
    for (let column = 1; column <= to.length; column++) {
      const same = from[line - 1] === to[column - 1];
      const swapped =
        line > 1 &&
        column > 1 &&
        from[line - 1] === to[column - 2] &&
        from[line - 2] === to[column - 1];
      row.push(
        Math.min(
          at(above, column) + 1,
          at(row, column - 1) + 1,
          at(above, column - 1) + (same ? 0 : 1),
          swapped ? at(previous, column - 2) + 1 : Infinity,
        ),
      );
    }
    previous = above;
  }
  return at(row, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/** Lower-case words with dashes aren't secrets: keys and tokens have digits or capitals. */
export function isPlainWord(text: string): boolean {
  return text.length <= 22 && /^(?:-[A-Z]|-{0,2}[a-z]+(?:-[a-z]+)*)$/.test(text);
}
