/** Two programs are called arping: that of iputils, and Thomas Habets's. */
export type ArpingFlavour = 'iputils' | 'habets';

/**
 * Arguments that announce an IPv4 address by gratuitous ARP, one a second. With Habets's the exit status says whether
 * anybody replied, which to an announcement nobody does: 1 is no failure there.
 * @param count how many times
 */
export function announce(flavour: ArpingFlavour, address: string, device: string, count: number): string[] {
  const source = flavour === 'iputils' ? ['-I', device] : ['-i', device, '-S', address];
  return ['-q', '-U', '-c', String(count), ...source, address];
}
