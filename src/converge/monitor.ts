import { LvsError } from '../model/errors.ts';
import { decisionsPlace, unreadableDecisions } from '../weights/decisions-place.ts';
import { digestOf } from './digests.ts';
import type { Surveyed } from './survey.ts';

/** The router as if its monitor had decided nothing: the weights are to be those of the configuration, and the decisions go. */
export function withoutDecisions(router: Surveyed): Surveyed {
  const { declared, live, monitor } = router;
  const desired = { ...router.desired, virtualServers: declared.virtualServers };
  if (monitor === null || monitor.text === null) return { ...router, desired, resetsWeights: true };
  const { text } = monitor;
  return {
    ...router,
    desired: { ...desired, files: new Map([...desired.files, [decisionsPlace, null]]) },
    // With its content, so that it can be put back.
    live: {
      ...live,
      files: new Map([...live.files, [decisionsPlace, { digest: digestOf(text), content: text, link: null }]]),
    },
    resetsWeights: true,
  };
}

/** A monitor that lives would change the weights again at once. */
export function monitorObstacles({ name, monitor, resetsWeights }: Surveyed): LvsError[] {
  if (resetsWeights !== true || monitor === null) return [];
  if (monitor.state !== 'running')
    return monitor.text === null && monitor.fault !== null ? [unreadable(name, monitor.fault)] : [];
  const who = monitor.decisions === null ? '' : `, process ${monitor.decisions.pid}`;
  const message = `a monitor runs there${who}, and would change the weights again`;
  return [
    new LvsError('refused', `${name}: ${message}; nothing was run`, {
      details: [{ router: name, message }],
      hint: `stop it first: "systemctl stop lvs-monitor" on ${name} where systemd started it`,
    }),
  ];
}

function unreadable(router: string, fault: string): LvsError {
  const message = `the decisions of its monitor cannot be read: ${fault}`;
  return new LvsError('refused', `${router}: ${message}; nothing was run`, {
    details: [{ router, message }],
    hint: `look at it on ${router}: ls -ld ${decisionsPlace}`,
  });
}

/** What an administrator should know of what the monitor decided. */
export function monitorNotes({ monitor, resetsWeights }: Surveyed): string[] {
  if (resetsWeights === true || monitor === null || monitor.fault === null) return [];
  return [unreadableDecisions(monitor.fault)];
}
