import { examine } from '../config/config.ts';
import { type Mistake, messageOf, type Path, wrongValue } from '../config/mistake.ts';
import { type StarterAnswers, starterFile } from '../config/starter.ts';
import { parsePrefixed } from '../config/words/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';

/** Which option an answer came from, by its place in the file. */
const options: readonly (readonly [string, string])[] = [
  ['public', '--public-device'],
  ['private.nat-router', '--nat-router'],
  ['private', '--private-device'],
  ['routers', '--router'],
];

/**
 * The file to start from, and what it declares.
 * @throws LvsError invalid-input in words for the command line: the file is not written, and has no lines to name.
 */
export function starter(answers: StarterAnswers): { text: string; cluster: Cluster } {
  requireNatRouter(answers);
  const text = starterFile(answers);
  const examination = examine(text);
  if ('cluster' in examination) return { text, cluster: examination.cluster };
  throw wrongAnswers(examination.mistakes.map(({ mistake }) => mistake));
}

/** The file has no place for it without a private network: nobody else would look at it then. */
function requireNatRouter({ natRouter = null, privateDevice }: StarterAnswers): void {
  if (natRouter === null) return;
  const parsed = parsePrefixed(natRouter);
  if ('problem' in parsed) throw wrongAnswers([wrongValue(['private', 'nat-router'], natRouter, parsed.problem)]);
  if (privateDevice !== null) return;
  throw new LvsError(
    'invalid-input',
    '--nat-router needs --private-device: the private device cannot be guessed here',
    {
      hint: 'give the device that leads to the real servers, as in --private-device eth1',
    },
  );
}

function wrongAnswers(mistakes: readonly Mistake[]): LvsError {
  const details = mistakes.map((mistake) => ({ message: messageOf(mistake, optionOf(mistake.path)) }));
  return new LvsError('invalid-input', details.length === 1 ? 'an answer is wrong' : 'some answers are wrong', {
    details,
  });
}

function optionOf(path: Path): string {
  const place = path.join('.');
  return options.find(([section]) => place.startsWith(section))?.[1] ?? place;
}
