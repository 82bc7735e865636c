/**
 * Processor time that synchronous work takes in this process, in milliseconds. Unlike a clock it does not count what other
 * processes do meanwhile, so that a limit holds on a busy machine, too.
 */
export function effort(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}
