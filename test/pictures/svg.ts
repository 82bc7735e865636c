import { type Piece, piecesOf, type Style } from './cells.ts';
import type { Shot } from './scenes.ts';

const cell = { width: 8.4, height: 18 };
const fontSize = 14;
/** From the foot of a row up to the line that its letters stand on. */
const descent = 5;
const margin = 16;
const background = '#0d1117';
const foreground = '#d1d7e0';
const shades: Readonly<Record<string, string>> = {
  black: '#484f58',
  red: '#ff7b72',
  green: '#3fb950',
  yellow: '#d9a514',
  blue: '#58a6ff',
  magenta: '#bc8cff',
  cyan: '#39c5cf',
  white: '#f0f6fc',
};
const dim = '#8b949e';

/**
 * Draws what a terminal shows, on a dark ground whatever is around, without blank rows at its end. Text remains text.
 */
export function svgOf({ title, columns, rows }: Shot): string {
  const drawn = rows.map(piecesOf);
  const height = drawn.findLastIndex((pieces) => pieces.length > 0) + 1;
  const box = { width: Math.ceil(columns * cell.width) + 2 * margin, height: height * cell.height + 2 * margin };
  const size = `width="${box.width}" height="${box.height}"`;
  const border = `width="${box.width - 1}" height="${box.height - 1}" rx="8" fill="${background}" stroke="#3d444d"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${box.width} ${box.height}">
<title>${escaped(title)}</title>
<rect x="0.5" y="0.5" ${border}/>
<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="${fontSize}" fill="${foreground}" xml:space="preserve">
${drawn.flatMap((pieces, row) => pieces.map((piece) => draw(piece, row))).join('\n')}
</g>
</svg>
`;
}

function draw({ column, text, style }: Piece, row: number): string {
  const x = round(margin + column * cell.width);
  const bottom = margin + (row + 1) * cell.height;
  const width = round([...text].length * cell.width);
  const place = `x="${x}" y="${bottom - descent}" textLength="${width}"`;
  const letters = `<text ${place}${look(style)}>${escaped(text)}</text>`;
  if (!style.inverse) return letters;
  const ground = shades[style.colour ?? ''] ?? foreground;
  return `<rect x="${x}" y="${bottom - cell.height}" width="${width}" height="${cell.height}" fill="${ground}"/>${letters}`;
}

function look({ colour, bold, dim: isDim, inverse }: Style): string {
  const fill = inverse ? background : (shades[colour ?? ''] ?? (isDim ? dim : null));
  return `${fill === null ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
