import { type ArpingFlavour, answerOf, probe } from '../grammar/arping-commands.ts';
import { LvsError } from '../model/errors.ts';
import { familyOf } from '../model/ip.ts';
import { orLost } from './lost.ts';
import type { Result, Runner } from './runner.ts';
import { runSideBySide } from './side-by-side.ts';

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

/** Whether another machine answers for an address, or why nobody can tell. */
export type Answer = Place & ({ readonly held: boolean } | { readonly error: LvsError });

/**
 * Asks on the wire for all of the addresses at once, which takes two seconds however many there are. Throws `command-failed`
 * where the session is lost.
 */
export async function askWhoHolds<P extends Place>(router: Prober, places: readonly P[]): Promise<(P & Answer)[]> {
  const { name, runner } = router;
  const questions = places.map((place) => ({ place, command: question(router, place) }));
  const asked = questions.flatMap(({ command }) => (command === null ? [] : [command]));
  // A neighbour is looked for by talking to it; whether it talks back is another matter.
  const neighbours = places.filter(isIpv6);
  const tell =
    (verb: string) =>
    ({ address, device }: Place) =>
      runner.run(['ip', 'neigh', verb, 'to', address, 'dev', device]);
  const [, ended, shown] = await orLost(
    name,
    'read-failed',
    Promise.all([
      Promise.all(neighbours.map(tell('flush'))),
      runSideBySide(runner, asked),
      Promise.all(neighbours.map(tell('show'))),
    ]),
  );
  return questions.map(({ place, command }) => {
    // Nobody is there to answer.
    if (command === null) return { ...place, held: false };
    const result = ended[asked.indexOf(command)] ?? null;
    const held = isIpv6(place)
      ? answerOfNeighbour(result, shown[neighbours.indexOf(place)])
      : result && answerOf(router.tools.arping, result);
    if (held !== null) return { ...place, held };
    return { ...place, error: unknowable(name, place.address, result, command) };
  });
}

function isIpv6({ address }: Place): boolean {
  return familyOf(address) === 'ipv6';
}

/** Null where nobody can be asked. */
function question({ tools }: Prober, place: Place): string[] | null {
  const { address, device } = place;
  if (isIpv6(place)) return ['ping', '-6', '-q', '-n', '-c', '2', '-w', '2', '-I', device, address];
  return tools.withoutArp.has(device) ? null : ['arping', ...probe(tools.arping, address, device)];
}

function answerOfNeighbour(ping: Omit<Result, 'stdout'> | null, shown: Result | undefined): boolean | null {
  if (ping?.status === 0 || shown?.stdout.includes('lladdr')) return true;
  return ping?.status === 1 && shown?.status === 0 ? false : null;
}

function unknowable(
  router: string,
  address: string,
  result: Omit<Result, 'stdout'> | null,
  argv: readonly string[],
): LvsError {
  const said = result === null ? 'it was not asked' : result.stderr || `exit status ${result.status}`;
  return new LvsError(
    'read-failed',
    `${router}: it cannot be determined whether another machine has ${address}: ${said}; nothing was run`,
    {
      details: [{ router, message: said, found: argv.join(' ') }],
      hint: 'try the same command there by hand; --accept-duplicate goes on without it',
    },
  );
}
