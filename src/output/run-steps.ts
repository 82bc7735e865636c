import type { Planned } from '../converge/planned.ts';
import type { RunStep } from '../converge/steps.ts';
import type { ChangeKind, Stage } from '../plan/change.ts';
import type { Paint } from './paint.ts';

/** Tells of a failover step by step, a line each. */
export function runNarrator(output: { write(text: string): unknown }, paint: Paint): (step: RunStep) => void {
  return (step) => {
    for (const line of linesOf(step)) output.write(`${paint.quiet(line)}\n`);
  };
}

/** What a step found or did. */
export function linesOf(step: RunStep): string[] {
  switch (step.type) {
    case 'locked':
      return [`reached and locked: ${step.routers.join(', ')}`];
    case 'planned':
      return step.planned.flatMap(readinessOf);
    case 'stage':
      return step.planned.flatMap((router) => doneIn(step.stage, router));
    case 'verified':
      return [`verified: ${step.planned.map(holderOf).join('; ')}`];
    case 'resumed':
      return ['connection lost, and reconnected: everything is as planned, going on'];
    case 'putting-back':
      return ['failed: bringing everything in order'];
  }
}

/** Findings of the preflight; a router that has nothing to do needs no word. */
function readinessOf(router: Planned): string[] {
  const { name, plan, desired, live } = router;
  const taken = addresses(router, 'add');
  if (taken.length > 0) {
    const devices = [...new Set([...desired.floating.values()].map(({ device }) => device))];
    const rules = live.virtualServers.size;
    const forwards = live.settings.get('net.ipv4.ip_forward') === '0' ? '' : ', forwards';
    return [
      `${name} is ready: ${devices.join(' and ')} up${forwards}, ${rules} virtual ${rules === 1 ? 'server' : 'servers'} as declared`,
      ...plan.notes,
    ];
  }
  const held = addresses(router, 'remove');
  return [...(held.length === 0 ? [] : [`${name} is to give up ${held.join(', ')}`]), ...plan.notes];
}

function doneIn(stage: Stage, router: Planned): string[] {
  const { name, plan } = router;
  const commands = plan.changes.flatMap((change) => change.commands).filter((command) => command.stage === stage);
  if (commands.length === 0) return [];
  const taken = addresses(router, 'add').join(', ');
  const given = addresses(router, 'remove').join(', ');
  const words: Partial<Record<Stage, string>> = {
    ...(given !== '' && { prepare: 'staged: a queue for new connections, and a way round' }),
    enable: `enabled: ${taken}`,
    hold: `held new connections back for a moment, and disabled: ${given}`,
    tell: `announced: ${taken}`,
    announce: `announced: ${taken}`,
    disable: `disabled: ${given}`,
    ...(given !== '' && { tidy: 'the queue and the way round are removed' }),
  };
  const said = words[stage];
  return said === undefined ? [] : [`${name} ${said}`];
}

function holderOf({ name, plan, desired }: Planned): string {
  const held = plan.target.addresses.map(({ address }) => address).filter((address) => desired.floating.has(address));
  return `${name} holds ${held.length === 0 ? 'none' : held.join(', ')}`;
}

function addresses({ plan }: Planned, action: 'add' | 'remove'): string[] {
  const kind: ChangeKind = 'address';
  return plan.changes.filter((change) => change.kind === kind && change.action === action).map(({ key }) => key);
}
