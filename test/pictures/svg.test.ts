import { expect, test } from 'vitest';
import { piecesOf } from './cells.ts';
import { svgOf } from './svg.ts';

const escapeCharacter = String.fromCharCode(27);
const sgr = (...codes: number[]) => `${escapeCharacter}[${codes.join(';')}m`;
const plain = { colour: null, bold: false, dim: false, inverse: false };

test('a row falls into pieces by its looks and its columns', () => {
  expect(piecesOf(`${sgr(1)}lvs1${sgr(0)} ${sgr(32)}active${sgr(39, 49)} of two   last`)).toEqual([
    { column: 0, text: 'lvs1', style: { ...plain, bold: true } },
    { column: 5, text: 'active', style: { ...plain, colour: 'green' } },
    { column: 12, text: 'of two', style: plain },
    { column: 21, text: 'last', style: plain },
  ]);
});

test('what is not drawn is no picture', () => {
  expect(() => piecesOf(`${sgr(5)}blinking`)).toThrow('SGR code 5');
});

test('a picture is as wide as the terminal, ends with what is seen, and has its text as text', () => {
  const picture = svgOf({ title: 'A & B', columns: 80, rows: ['lvs1# a <b> & c', '', ''] });
  expect(picture).toMatch(/^<svg [^>]*width="704" height="50" viewBox="0 0 704 50">/);
  expect(picture).toContain('<title>A &amp; B</title>');
  expect(picture).toContain('<text x="16" y="29" textLength="126">lvs1# a &lt;b&gt; &amp; c</text>');
  expect(picture.match(/<text /g)).toHaveLength(1);
});
