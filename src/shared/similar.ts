/** The candidate for "did you mean": the fewest edits away, at most a third of the word's length. */
export function mostSimilar(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= fewest) continue;
    const edits = distance(word, candidate);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance in which a swap of neighbours is one edit. */
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
