/** How text looks on a terminal. */
export interface Style {
  readonly colour: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** Text of one look, without blanks at its ends. */
export interface Piece {
  readonly column: number;
  readonly text: string;
  readonly style: Style;
}

const plain: Style = { colour: null, bold: false, dim: false, inverse: false };
const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const escapeCharacter = String.fromCharCode(27);
const setting = new RegExp(`(${escapeCharacter}\\[[\\d;]*m)`);

/** Takes a row apart as a terminal shows it: what is set by SGR sequences, as tmux(1) writes them. */
export function piecesOf(row: string): Piece[] {
  const pieces: Piece[] = [];
  let style = plain;
  let column = 0;
  for (const part of row.split(setting)) {
    if (part.startsWith(escapeCharacter)) {
      style = part.slice(2, -1).split(';').map(Number).reduce(after, style);
      continue;
    }
    // Each column of a table is a piece of its own, so that it stands where it should in whatever font there is.
    const texts = style.inverse ? part.matchAll(/.+/g) : part.matchAll(/\S+(?: \S+)*/g);
    for (const { 0: text, index } of texts) pieces.push({ column: column + index, text, style });
    column += part.length;
  }
  return pieces;
}

/** Throws where a picture would look different: for a code that is not drawn. */
function after(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  // The ground is always the picture's.
  if (code === 49) return style;
  if (code === 39) return { ...style, colour: null };
  const colour = colours[code - 30];
  if (colour === undefined) throw new Error(`pictures have nothing for the SGR code ${code}`);
  return { ...style, colour };
}
