/** The keys of one typed or pasted line, and whether there is more than one line. */

export interface Line {
  /** The beginning of a mark whose rest has yet to arrive. */
  readonly held: string;
  readonly inPaste: boolean;
  /** A copied line often has further line ends after it. */
  readonly stage: 'open' | 'ended' | 'too much';
}

export const nothingYet: Line = { held: '', inPaste: false, stage: 'open' };

/** xterm's bracketed paste: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode */
const escape = '\u001B';
const pasteStart = `${escape}[200~`;
const pasteEnd = `${escape}[201~`;
const marks = new RegExp(String.raw`(${escape}\[20[01]~)`);
/** Longest first. */
const beginnings = [
  pasteStart.slice(0, 5),
  pasteEnd.slice(0, 5),
  ...[4, 3, 2, 1].map((length) => pasteStart.slice(0, length)),
];
const parts = /^([^\r\n]*)([\r\n]*)(.*)$/s;
/** Readline ends a line here too, and drops what was before. */
const separator = /[\u2028\u2029]/;
/** Also what a prompt takes for a key. */
const separatorOrControl = /[^\P{Cc}\t]|[\u2028\u2029]/u;

/**
 * Several lines are refused even in a marked paste: terminals send `\r` for `\n` and for `\r\n`, and
 * remove what they deem dangerous, so the value could not be stored byte for byte.
 * @returns the keys of the line without its end and without marks; none once it is too much
 */
export function follow(before: Line, text: string): { readonly line: Line; readonly keys: string } {
  let { stage, inPaste } = before;
  let held = '';
  let keys = '';
  const pieces = (before.held + text).split(marks);
  for (const [index, piece] of pieces.entries()) {
    if (piece === pasteStart || piece === pasteEnd) {
      inPaste = piece === pasteStart;
      continue;
    }
    held = index === pieces.length - 1 ? unfinishedMark(piece, inPaste) : '';
    const read = readPiece({ stage, inPaste }, piece.slice(0, piece.length - held.length));
    stage = read.stage;
    keys += read.keys;
  }
  return { line: { held, inPaste, stage }, keys: stage === 'too much' ? '' : keys };
}

/** A lone escape is held back only within a paste: typed, it is a key. */
function unfinishedMark(piece: string, inPaste: boolean): string {
  return (
    beginnings.find(
      (beginning) => piece.endsWith(beginning) && (inPaste || beginning.length > 1),
    ) ?? ''
  );
}

function readPiece(
  { stage, inPaste }: Pick<Line, 'stage' | 'inPaste'>,
  piece: string,
): { keys: string; stage: Line['stage'] } {
  const [, keys = '', ends = '', behind = ''] = parts.exec(piece) ?? [];
  const goesOn = behind !== '' || (stage === 'ended' && keys !== '');
  const isForeign = (inPaste ? separatorOrControl : separator).test(keys);
  if (stage === 'too much' || goesOn || isForeign) return { keys: '', stage: 'too much' };
  return { keys, stage: ends === '' ? stage : 'ended' };
}
