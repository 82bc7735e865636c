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
 * What a probe found: whether somebody has the address; null where it cannot be told. The one program succeeds where nobody
 * answers, the other where somebody does, and fails with the same status for any other reason, which it gives.
 */
export function answerOf(
  flavour: ArpingFlavour,
  { status, stderr }: { readonly status: number; readonly stderr: string },
): boolean | null {
  if (flavour === 'habets') return status === 0 ? true : status === 1 && stderr.trim() === '' ? false : null;
  return status === 0 || status === 1 ? status === 1 : null;
}

/** Which program such arguments are for. */
export function flavourOf(args: readonly string[]): ArpingFlavour {
  return args.includes('-S') ? 'habets' : 'iputils';
}
