import type { ConfirmationStatus, RouterPending } from '../converge/confirm.ts';
import type { PendingState } from '../router/pending.ts';
import type { Paint } from './paint.ts';

/** What `lvs confirm` prints. */
export interface ConfirmationDocument {
  readonly version: 1;
  /** Whether something may be confirmed still. */
  readonly pending: boolean;
  readonly routers: readonly RouterConfirmation[];
}

export interface RouterConfirmation {
  readonly name: string;
  readonly state: PendingState['state'] | 'unreachable';
  /** Where it is unreachable: what ssh said. */
  readonly reason?: string;
  /** About the run: who armed it, from where, since when, by which command, and until when it may be confirmed. */
  readonly who?: string;
  readonly from?: string;
  readonly since?: string;
  readonly command?: string;
  readonly until?: string;
  /** In which it may be confirmed. */
  readonly secondsLeft?: number;
  /** The configuration that it edits. */
  readonly file?: string;
  /** Nobody is left who would put it back. */
  readonly unwatched?: true;
  /** What failed when it was put back. */
  readonly report?: readonly string[];
}

export function confirmationDocument({ routers, unreachable }: ConfirmationStatus): ConfirmationDocument {
  return {
    version: 1,
    pending: routers.some(({ state }) => state === 'pending'),
    routers: [
      ...routers.map(routerConfirmation),
      ...unreachable.map(({ name, reason }) => ({ name, state: 'unreachable' as const, reason })),
    ],
  };
}

function routerConfirmation({ name, state, pending, left, unwatched, report }: RouterPending): RouterConfirmation {
  if (pending === null) return { name, state };
  const [who, from, since, command] = pending.holder;
  return {
    name,
    state,
    who,
    from,
    since,
    command,
    until: pending.until,
    ...(left !== null && { secondsLeft: left }),
    ...(pending.file !== null && { file: pending.file }),
    ...(unwatched && { unwatched }),
    ...(report.length > 0 && { report }),
  };
}

/** Whether something is wrong: a router did not get back what it had, or nobody is left to see to that. */
export function confirmationFaults({ routers }: Pick<ConfirmationDocument, 'routers'>): string[] {
  return routers.flatMap(({ name, state, command, unwatched, report = [] }) => {
    if (state === 'failed') {
      const why = report.length === 0 ? '' : `: ${report.join('; ')}`;
      return [`${name} could not roll back everything of "${command}"${why}: see "lvs diff"`];
    }
    return unwatched === true ? [`${name} will not roll back "${command}": its process is gone`] : [];
  });
}

export function renderConfirmation(document: ConfirmationDocument, paint: Paint): string {
  return document.routers.map((router) => renderRouter(router, paint)).join('\n');
}

function renderRouter(router: RouterConfirmation, paint: Paint): string {
  const { name, state, reason, who, from, command, until, secondsLeft, file, unwatched, report = [] } = router;
  const by = `${command} (${who}, from ${from})`;
  const words = {
    none: 'nothing waits to be confirmed',
    pending: `${paint.changed('waits')} for a confirmation of ${by} until ${until}${secondsLeft === undefined ? '' : `, ${Math.floor(secondsLeft)} s from now`}`,
    'going-back': `is ${paint.changed('rolling back')} ${by}`,
    confirmed: `keeps ${by}: ${paint.good('confirmed')}`,
    'put-back': `has rolled back ${by}`,
    failed: paint.bad(`could not roll back everything of ${by}`),
    unreachable: paint.bad(`cannot be reached: ${reason}`),
  };
  const more = [
    ...(unwatched === true ? [paint.bad('its process is gone: it will not roll back automatically')] : []),
    ...(file !== undefined && state === 'pending' ? [`edits ${file}`] : []),
    ...report,
  ];
  return [`${paint.strong(name)} ${words[state]}`, ...more.map((line) => `  ${line}`)].join('\n');
}
