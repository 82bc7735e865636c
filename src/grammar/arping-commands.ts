/** Two programs are called arping: that of iputils, whose options BusyBox has too, and Thomas Habets's. */
export type ArpingFlavour = 'iputils' | 'habets';

/**
 * Arguments that announce an IPv4 address by gratuitous ARP, one a second. With Habets's the exit status says whether
 * anybody replied, which to an announcement nobody does: 1 is no failure there where nothing is said about it.
 * @param count how many times
 */
export function announce(flavour: ArpingFlavour, address: string, device: string, count: number): string[] {
  const source = flavour === 'iputils' ? ['-I', device] : ['-i', device, '-S', address];
  return ['-q', '-U', '-c', String(count), ...source, address];
}

/** Arguments that ask whether anybody else has an IPv4 address, without a word about who asks. */
export function probe(flavour: ArpingFlavour, address: string, device: string): string[] {
  if (flavour === 'iputils') return ['-D', '-q', '-c', '2', '-w', '2', '-I', device, address];
  return ['-0', '-q', '-c', '2', '-C', '1', '-i', device, address];
}

/**
 * Arguments of the arpings that print every machine that has an IPv4 address, with its MAC address. That of iputils ends at the
 * first answer when it does not say who asks: so it also asks as an own address of this router, where it has one.
 */
export function census(flavour: ArpingFlavour, address: string, device: string, own: string | null): string[][] {
  if (flavour === 'habets') return [['-0', '-c', '2', '-i', device, address]];
  const anonymous = ['-D', '-c', '2', '-w', '2', '-I', device, address];
  return own === null ? [anonymous] : [anonymous, ['-b', '-w', '2', '-s', own, '-I', device, address]];
}

/** What a line of a census matches, without regard to case, if one of these MAC addresses answers; null: if any machine does. */
export function answerPattern(macs: readonly string[] | null): string {
  return macs === null ? '(reply|bytes) from ' : macs.join('|');
}

/** The status with which a probe says that a machine has the address, or that none has. */
export const probeStatus: Readonly<Record<ArpingFlavour, { readonly answered: number; readonly unanswered: number }>> =
  {
    iputils: { answered: 1, unanswered: 0 },
    habets: { answered: 0, unanswered: 1 },
  };

/**
 * What a probe found: whether somebody has the address; null where it cannot be told. Habets's arping fails with the same status
 * for any other reason, which it gives.
 */
export function answerOf(
  flavour: ArpingFlavour,
  { status, stderr }: { readonly status: number; readonly stderr: string },
): boolean | null {
  const { answered, unanswered } = probeStatus[flavour];
  if (status === answered) return true;
  const isFailure = flavour === 'habets' && stderr.trim() !== '';
  return status === unanswered && !isFailure ? false : null;
}

/** Which program such arguments are for. */
export function flavourOf(args: readonly string[]): ArpingFlavour {
  return args.includes('-S') ? 'habets' : 'iputils';
}
