import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { experiments } from './experiments/all.ts';
import type { Part } from './lab/experiment.ts';
import { type Images, makeImages, missingPrograms } from './lab/images.ts';
import { Pair, type Programs } from './lab/pair.ts';
import { succeed } from './lab/process.ts';
import { distribution, Report } from './lab/report.ts';
import { setUp } from './lab/setup.ts';

const usage = `npm run test:machines [-- WORDS… OPTIONS]

WORDS select parts of experiments by their names: see --list.
  --list       list the parts
  --rounds N   power cuts in "cuts" (default: 40)
  --boots N    those after which both machines boot (default: 40)
  --seed N     of the random moments (default: 1)
  --pairs N    pairs of machines at a time (default: 2)
  --deb FILE   the package to install (default: that of this checkout)
  --state DIR  keep the machines there, and go on with those that a run with the same package and images left there`;

/** @returns the exit status */
export async function main(argv: readonly string[], places: Programs & { root: string }): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      help: { type: 'boolean' },
      state: { type: 'string' },
      deb: { type: 'string' },
      rounds: { type: 'string', default: '40' },
      boots: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      pairs: { type: 'string', default: '2' },
    },
  });
  if (values.help) return tell(usage, 0);
  const numbers = { rounds: Number(values.rounds), boots: Number(values.boots), seed: Number(values.seed) };
  const parts = selected(
    experiments.flatMap((experiment) => experiment(numbers)),
    positionals,
  );
  if (values.list) return tell(parts.map(({ name, seconds }) => `${name}  about ${seconds} s`).join('\n'), 0);
  if (parts.length === 0) return tell(`no part has ${positionals.join(' or ')} in its name: see --list`, 2);
  const missing = missingPrograms();
  if (missing.length > 0) return tell(`the machines cannot be made, for these are missing: ${missing.join(', ')}`, 1);
  if (process.getuid?.() !== 0) return tell('the machines need root: network namespaces and network cards', 1);

  const say = (line: string) => console.log(line);
  const images = await makeImages(places.root, say);
  const deb = resolve(values.deb ?? (await makeDeb(places.root)));
  const state = values.state ?? mkdtempSync(join(tmpdir(), 'lvs-machines-'));
  const pairs: Pair[] = [];
  // However it ends, machines and namespaces go.
  const cleanUp = async () => {
    for (const pair of pairs) await pair.remove();
    if (values.state === undefined) rmSync(state, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  try {
    const lanes = Math.min(Number(values.pairs), parts.length);
    await makePairs(pairs, { lanes, state, deb, images, places, say });
    return await run(parts, pairs, say);
  } finally {
    await cleanUp();
  }
}

async function makeDeb(root: string): Promise<string> {
  return join(root, (await succeed(['sh', '-c', 'cd "$1" && bin/deb', 'sh', root])).trim());
}

interface Wanted {
  readonly lanes: number;
  readonly state: string;
  readonly deb: string;
  readonly images: Images;
  readonly places: Programs;
  readonly say: (line: string) => void;
}

/** The first is set up, the others are copies of it. */
async function makePairs(pairs: Pair[], { lanes, state, deb, images, places, say }: Wanted): Promise<void> {
  const digest = createHash('sha256').update(readFileSync(deb)).update(images.folder).digest('hex');
  const made = join(state, 'made');
  const name = `lvsm${process.pid}`;
  const isMade = existsSync(made) && readFileSync(made, 'utf8') === digest;
  if (!isMade) for (const letter of letters) rmSync(join(state, letter), { recursive: true, force: true });
  const first = await Pair.make(`${name}a`, join(state, 'a'), images, places);
  pairs.push(first);
  if (!isMade) {
    await setUp(first, deb, say);
    writeFileSync(made, digest);
    await first.both((machine) => machine.cut());
  }
  for (const letter of letters.slice(1, lanes))
    pairs.push(await first.twin(`${name}${letter}`, join(state, letter), images));
}

const letters = ['a', 'b', 'c', 'd'];

function selected(parts: readonly Part[], words: readonly string[]): Part[] {
  const wanted = parts.filter(({ name, long }) =>
    words.length === 0 ? long !== true : words.some((word) => name.includes(word)),
  );
  return wanted.sort((one, other) => other.seconds - one.seconds);
}

async function run(parts: readonly Part[], pairs: readonly Pair[], say: (line: string) => void): Promise<number> {
  const left = [...parts];
  const reports: Report[] = [];
  await Promise.all(
    pairs.map(async (pair) => {
      for (let part = left.shift(); part !== undefined; part = left.shift()) {
        const report = new Report(part.name, say);
        reports.push(report);
        const start = Date.now();
        try {
          await part.run(pair, report);
        } catch (error) {
          report.expect('the experiment runs to its end', false, error instanceof Error ? error.message : `${error}`);
        }
        report.note(`took ${Math.round((Date.now() - start) / 1000)} s`);
      }
    }),
  );
  const verdicts = reports.flatMap((report) => report.verdicts);
  const failed = verdicts.filter(({ holds }) => !holds);
  say(`\n${verdicts.length - failed.length} of ${verdicts.length} hold`);
  for (const { experiment, what } of failed) say(`✗ ${experiment}: ${what}`);
  say(distribution(reports.flatMap(({ twoOwners }) => twoOwners)));
  return failed.length > 0 ? 1 : 0;
}

function tell(text: string, status: number): number {
  console.log(text);
  return status;
}
