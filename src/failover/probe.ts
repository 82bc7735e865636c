import type { Surveyed } from '../converge/survey.ts';
import { answerOf, probe } from '../grammar/arping-commands.ts';
import { LvsError } from '../model/errors.ts';
import { familyOf } from '../model/ip.ts';
import type { FloatingAddress } from '../plan/desired.ts';
import { orLost } from '../router/lost.ts';

/**
 * Asks on the wire, from the router that is to take over, whether anybody still answers for a floating address. Throws
 * `refused` where somebody does, and `read-failed` where that cannot be found out.
 */
export async function requireNobodyHolds(router: Surveyed): Promise<void> {
  const { name, live, desired } = router;
  const ours = new Set(live.addresses.map(({ address }) => address));
  const wanted = [...desired.floating.values()].filter(({ address }) => !ours.has(address));
  const answers = await Promise.all(
    wanted.map(async (floating) => ({ ...floating, held: await isAnswered(router, floating) })),
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

type Prober = Pick<Surveyed, 'name' | 'runner' | 'tools'>;

function isAnswered(router: Prober, floating: FloatingAddress): Promise<boolean> {
  const isHeld = familyOf(floating.address) === 'ipv6' ? answersNeighbours : answersArp;
  return isHeld(router, floating);
}

/** A neighbour is looked for by talking to it; whether it talks back is another matter. */
async function answersNeighbours({ name, runner }: Prober, { address, device }: FloatingAddress): Promise<boolean> {
  const of = [address, 'dev', device];
  const commands = [
    ['ip', 'neigh', 'flush', 'to', ...of],
    ['ping', '-6', '-q', '-n', '-c', '2', '-w', '2', '-I', device, address],
    ['ip', 'neigh', 'show', 'to', ...of],
  ];
  const [, ping, shown] = await orLost(name, 'read-failed', Promise.all(commands.map((argv) => runner.run(argv))));
  if (ping?.status === 0 || shown?.stdout.includes('lladdr')) return true;
  if (ping?.status === 1 && shown?.status === 0) return false;
  throw unknowable(name, address, `${ping?.stderr.trim()}`, commands[1] ?? []);
}

async function answersArp(router: Prober, { address, device }: FloatingAddress): Promise<boolean> {
  const { name, runner, tools } = router;
  // Nobody is there to answer.
  if (tools.withoutArp.has(device)) return false;
  const argv = ['arping', ...probe(tools.arping, address, device)];
  const result = await orLost(name, 'read-failed', runner.run(argv));
  const answer = answerOf(tools.arping, result);
  if (answer !== null) return answer;
  throw unknowable(name, address, result.stderr.trim() || `exit status ${result.status}`, argv);
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
