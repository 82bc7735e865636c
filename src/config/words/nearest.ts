import { distance } from 'fastest-levenshtein';

/** The word of `words` that `word` was probably meant to be, or null where none is near. */
export function nearestWord(word: string, words: Iterable<string>): string | null {
  const wanted = word.toLowerCase().replaceAll('_', '-');
  let best: string | null = null;
  let bestDistance = wanted.length <= 2 ? 2 : Math.min(4, Math.ceil(wanted.length / 2) + 1);
  for (const candidate of words) {
    // A word of very different length cannot be near: not measuring it keeps long lists cheap.
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const candidateDistance = mistypings(wanted, candidate.toLowerCase().replaceAll('_', '-'));
    if (candidateDistance < bestDistance) [best, bestDistance] = [candidate, candidateDistance];
  }
  return best;
}

/** Letters in the wrong order (`wcl`) are one slip of the fingers, not two. */
function mistypings(typed: string, meant: string): number {
  const sorted = (word: string) => [...word].sort().join('');
  return typed !== meant && sorted(typed) === sorted(meant) ? 1 : distance(typed, meant);
}

/** `did you mean "wlc"?`, or undefined where no word is near. */
export function didYouMean(word: string, words: Iterable<string>): string | undefined {
  const nearest = nearestWord(word, words);
  return nearest === null ? undefined : `did you mean "${nearest}"?`;
}
