import { countLeadingOptions, firstWords } from '../command-line/find-command.ts';
import type { Manifest } from '../command-line/manifest.ts';

/** Options that LVM's lvs(8) has as well: only a command of ours behind them makes them ours. */
const sharedWithLvm = ['-y', '--yes', '--config', '-q', '--quiet', '-v', '--verbose'];

/** Options that are ours although LVM's lvs(8) has them as well. */
const alwaysOurs = ['-h', '--help', '--version'];

/**
 * Whose a command line is that was typed as `lvs`, when LVM is there too.
 * `lvm-if-volume-group`: LVM's where the first word names a volume group, otherwise a mistake that is ours to explain.
 */
export function whose(words: readonly string[], manifest: Manifest): 'ours' | 'lvm' | 'lvm-if-volume-group' {
  const [first] = words;
  if (first === undefined) return 'lvm';
  if (alwaysOurs.includes(first)) return 'ours';
  const leading = countLeadingOptions(words, manifest);
  if (firstWords(manifest).has(words[leading] ?? '')) return 'ours';
  if (first.startsWith('-')) return leading > 0 && !sharedWithLvm.includes(spelling(first)) ? 'ours' : 'lvm';
  // @tag, vg/lv and /dev/vg/lv, which no command of ours resembles.
  return first.startsWith('@') || first.includes('/') ? 'lvm' : 'lvm-if-volume-group';
}

/** `--config` of `--config=global{…}`. */
function spelling(option: string): string {
  return option.split('=', 1).join();
}
