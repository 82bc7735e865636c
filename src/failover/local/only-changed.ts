import type { Planned } from '../../converge/planned.ts';
import type { RouterState } from '../../model/state.ts';
import type { ChangeKind } from '../../plan/change.ts';

/** The same plan without the parts of the router in which nothing changes: those need not be read again to verify it. */
export function onlyChanged(router: Planned): Planned {
  const { plan, wanted } = router;
  const kinds = new Set<ChangeKind>(plan.changes.map(({ kind }) => kind));
  const rules = kinds.has('virtual-server') || kinds.has('real-server');
  const settings = kinds.has('setting');
  const syncDaemons = kinds.has('sync-daemon');
  const seen = (state: RouterState): RouterState => ({
    ...state,
    virtualServers: rules ? state.virtualServers : new Map(),
    settings: settings ? state.settings : new Map(),
    timeouts: settings ? state.timeouts : null,
    syncDaemons: syncDaemons ? state.syncDaemons : [],
  });
  return {
    ...router,
    wanted: {
      rules: rules ? wanted.rules : 'none',
      settings: settings ? wanted.settings : [],
      timeouts: settings && wanted.timeouts,
      syncDaemons,
      files: [],
    },
    plan: { ...plan, target: seen(plan.target) },
  };
}
