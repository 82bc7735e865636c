import type { Surveyed } from '../converge/survey.ts';
import { LvsError } from '../model/errors.ts';
import { familyOf } from '../model/ip.ts';
import type { FloatingAddress } from '../plan/desired.ts';
import { orLost } from '../router/lost.ts';
import type { Runner } from '../router/runner.ts';

/**
 * Asks on the wire, from the router that is to take over, whether anybody still answers for a floating address. Throws
 * `refused` where somebody does, and `read-failed` where that cannot be found out.
 */
export async function requireNobodyHolds({ name, runner, live, desired }: Surveyed): Promise<void> {
  const ours = new Set(live.addresses.map(({ address }) => address));
  const wanted = [...desired.floating.values()].filter(({ address }) => !ours.has(address));
  const answers = await Promise.all(
    wanted.map(async (floating) => ({ ...floating, held: await isAnswered(name, runner, floating) })),
  );
  const held = answers.filter((answer) => answer.held).map(({ address, device }) => `${address} on ${device}`);
  if (held.length === 0) return;
  throw new LvsError(
    'refused',
    `somebody still answers for ${held.join(' and ')}, seen from ${name}; nothing was run`,
    {
      details: held.map((address) => ({ router: name, message: `${address} is held by another machine` })),
      hint: 'switch the old router off, or cut its network, first. With --accept-duplicate two machines hold the addresses: clients reach one or the other, and connections break at random',
    },
  );
}

function isAnswered(router: string, runner: Runner, floating: FloatingAddress): Promise<boolean> {
  const isHeld = familyOf(floating.address) === 'ipv6' ? answersNeighbours : answersArp;
  return isHeld(router, runner, floating);
}

/** A neighbour is looked for by talking to it; whether it talks back is another matter. */
async function answersNeighbours(
  router: string,
  runner: Runner,
  { address, device }: FloatingAddress,
): Promise<boolean> {
  const of = [address, 'dev', device];
  const commands = [
    ['ip', 'neigh', 'flush', 'to', ...of],
    ['ping', '-6', '-q', '-n', '-c', '2', '-w', '2', '-I', device, address],
    ['ip', 'neigh', 'show', 'to', ...of],
  ];
  const [, ping, shown] = await orLost(router, 'read-failed', Promise.all(commands.map((argv) => runner.run(argv))));
  if (ping?.status === 0 || shown?.stdout.includes('lladdr')) return true;
  if (ping?.status === 1 && shown?.status === 0) return false;
  throw unknowable(router, address, `${ping?.stderr.trim()}`, commands[1] ?? []);
}

async function answersArp(router: string, runner: Runner, { address, device }: FloatingAddress): Promise<boolean> {
  const argv = ['arping', '-D', '-q', '-c', '2', '-w', '2', '-I', device, address];
  const { status, stderr } = await orLost(router, 'read-failed', runner.run(argv));
  if (status === 0 || status === 1) return status === 1;
  throw unknowable(router, address, stderr.trim() || `exit status ${status}`, argv);
}

function unknowable(router: string, address: string, said: string, argv: readonly string[]): LvsError {
  return new LvsError(
    'read-failed',
    `${router}: nobody can tell whether ${address} is held: ${said}; nothing was run`,
    {
      details: [{ router, message: said, found: argv.join(' ') }],
      hint: 'try the same command there by hand; --accept-duplicate goes on without it',
    },
  );
}
