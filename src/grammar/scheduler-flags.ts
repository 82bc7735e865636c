/** The kernel has three anonymous bits; `sh` and `mh` give names to the first two. */
const namesOfBits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sh: { 'flag-1': 'sh-fallback', 'flag-2': 'sh-port' },
  mh: { 'flag-1': 'mh-fallback', 'flag-2': 'mh-port' },
};

/** Scheduler flags by the names that `ipvsadm` prints for them, sorted, each once: under `sh`, `flag-2` is `sh-port`. */
export function canonicalFlags(scheduler: string, flags: readonly string[]): readonly string[] {
  const names = namesOfBits[scheduler] ?? {};
  return [...new Set(flags.map((flag) => names[flag] ?? flag))].sort();
}

/**
 * Reads the word in which `ipvsadm` lists the flags. Under `sh` and `mh` it has no name for `flag-3`: an empty word is
 * that one, alone.
 */
export function parseFlags(scheduler: string, word: string): readonly string[] {
  const flags = word.split(',').filter((flag) => flag !== '');
  return canonicalFlags(scheduler, flags.length === 0 ? ['flag-3'] : flags);
}
