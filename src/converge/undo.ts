import { type Detail, LvsError } from '../model/errors.ts';
import { BatchFailed } from './execute.ts';
import type { Planned } from './planned.ts';
import { putBack } from './put-back.ts';
import { notTaken } from './verify.ts';

/** Puts a failed run back. Returns the error that ended it, with what holds now. */
export async function undo(error: unknown, planned: readonly Planned[]): Promise<LvsError> {
  const cause = error instanceof LvsError ? error : new LvsError('internal', String(error), { cause: error });
  const culprits = cause instanceof BatchFailed ? await findCulprits(cause, planned) : [];
  const remains = await putBack(planned);
  const named = culprits[0] === undefined ? cause.message : `${cause.message} (${culprits[0].found})`;
  const details = [...cause.details, ...culprits];
  if (remains === null) {
    const hint = cause.hint === undefined ? {} : { hint: cause.hint };
    return new LvsError(cause.code, `${named}: everything is as it was before`, { ...hint, details, cause });
  }
  const { master, holdings } = remains;
  const result =
    master === null ? 'not everything could be rolled back' : `the addresses had moved to ${master}, and stay`;
  return new LvsError('not-put-back', `${named}; ${result}`, {
    details: [...details, ...holdings.map((message) => ({ message }))],
    hint:
      master === null
        ? 'look at "lvs status" and "lvs diff", and run "lvs apply" when the routers answer again'
        : 'look at "lvs status"; "lvs failover" moves them back',
    cause,
  });
}

/** What a run that ended so has come to, in few words. */
export function resultOf({ code, message }: LvsError): string {
  return `${code === 'not-put-back' ? 'failed' : 'rolled back'}: ${message.replace(/^rolled back: /, '')}`;
}

/** `ipvsadm -R` does not say which of its lines failed; what is missing afterwards does. */
async function findCulprits({ router: name }: BatchFailed, planned: readonly Planned[]): Promise<Detail[]> {
  const router = planned.find((candidate) => candidate.name === name);
  const missing = router === undefined ? [] : await notTaken(router).catch(() => []);
  return missing
    .flatMap(({ change }) => change.commands)
    .filter(({ stage, argv }) => stage === 'rules' && argv[0] === 'ipvsadm')
    .map(({ argv }) => argv.join(' '))
    .map((command) => ({ router: name, message: `did not take: ${command}`, found: command }));
}
