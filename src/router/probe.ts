import { type ArpingFlavour, answerOf, probe } from '../grammar/arping-commands.ts';
import { LvsError } from '../model/errors.ts';
import { familyOf } from '../model/ip.ts';
import { orLost } from './lost.ts';
import type { Runner } from './runner.ts';

/** An address and the device by whose network it is reached. */
export interface Place {
  readonly address: string;
  readonly device: string;
}

/** Who asks. */
export interface Prober {
  readonly name: string;
  readonly runner: Runner;
  readonly tools: { readonly arping: ArpingFlavour; readonly withoutArp: ReadonlySet<string> };
}

/** Whether another machine answers on the wire for an address. Throws `read-failed` where that cannot be found out. */
export function isAnswered(router: Prober, place: Place): Promise<boolean> {
  const isHeld = familyOf(place.address) === 'ipv6' ? answersNeighbours : answersArp;
  return isHeld(router, place);
}

/** A neighbour is looked for by talking to it; whether it talks back is another matter. */
async function answersNeighbours({ name, runner }: Prober, { address, device }: Place): Promise<boolean> {
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

async function answersArp({ name, runner, tools }: Prober, { address, device }: Place): Promise<boolean> {
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
