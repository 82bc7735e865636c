import { describe, expect, it } from 'vitest';
import { requireListing } from '../../src/grammar/lines.ts';
import { readTranscript } from './transcript.ts';

const recorded = ['table', 'draining'].flatMap(readTranscript);
const listings = recorded.filter(
  ({ argv, status }) => argv[0] === 'ipvsadm' && argv[1] === '-Ln' && status === 0 && !argv.includes('-c'),
);

describe('requireListing', () => {
  it('takes each listing of a real ipvsadm for complete, of all virtual servers or of one', () => {
    expect(listings.some(({ argv }) => argv.includes('-t'))).toBe(true);
    expect(listings.some(({ argv }) => !argv.includes('-t'))).toBe(true);
    for (const { argv, stdout } of listings) {
      expect(() => requireListing(stdout, argv.join(' '))).not.toThrow();
    }
  });

  it('refuses nothing at all, and a last line without its end', () => {
    for (const { stdout } of listings) expect(() => requireListing(stdout.trimEnd(), 'ipvsadm')).toThrow('cut off');
    expect(() => requireListing('', 'ipvsadm')).toThrow('cut off');
  });
});
