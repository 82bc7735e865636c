import {
  addRealServer,
  addVirtualServer,
  deleteRealServer,
  deleteVirtualServer,
  editRealServer,
  editVirtualServer,
} from '../grammar/ipvsadm-commands.ts';
import { sameRealServer, sameVirtualServer } from '../model/identity.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import type { Change } from './change.ts';
import { fieldsOfRealServer, fieldsOfVirtualServer } from './fields.ts';

type Servers = ReadonlyMap<string, VirtualServer>;

/**
 * Servers are added and edited in the file's order, real servers before others are drained or removed, so that a virtual
 * server always has somebody to serve it.
 */
export function virtualServerChanges(before: Servers, after: Servers): Change[] {
  const changes: Change[] = [];
  for (const [key, server] of after) {
    const present = before.get(key);
    if (present === server) continue;
    if (present === undefined) changes.push(added(key, server));
    else if (!sameVirtualServer(present, server)) changes.push(edited(key, present, server));
    changes.push(...realServerChanges(key, present, server));
  }
  for (const [key, server] of before) if (!after.has(key)) changes.push(removed(key, server));
  return changes;
}

function added(key: string, server: VirtualServer): Change {
  return {
    ...object(key, 'add', null, server),
    commands: [{ stage: 'rules', argv: ['ipvsadm', ...addVirtualServer(server)] }],
  };
}

function edited(key: string, before: VirtualServer, after: VirtualServer): Change {
  return {
    ...object(key, 'change', before, after),
    commands: [{ stage: 'rules', argv: ['ipvsadm', ...editVirtualServer(after)] }],
  };
}

/** The kernel removes the real servers with it. */
function removed(key: string, server: VirtualServer): Change {
  return {
    ...object(key, 'remove', server, null),
    commands: [{ stage: 'withdraw', argv: ['ipvsadm', ...deleteVirtualServer(server.id)] }],
  };
}

function object(key: string, action: Change['action'], before: VirtualServer | null, after: VirtualServer | null) {
  return {
    action,
    kind: 'virtual-server',
    virtualServer: key,
    key,
    before: before && fieldsOfVirtualServer(before),
    after: after && fieldsOfVirtualServer(after),
  } as const;
}

function realServerChanges(virtualServer: string, present: VirtualServer | undefined, wanted: VirtualServer): Change[] {
  const raised: Change[] = [];
  const lowered: Change[] = [];
  const gone: Change[] = [];
  const { id } = wanted;
  wanted.realServers.forEach((real, key) => {
    const found = present?.realServers.get(key);
    if (found !== undefined && sameRealServer(found, real)) return;
    const args = found === undefined ? addRealServer(id, real) : editRealServer(id, real);
    const change = realServerChange(virtualServer, key, found ?? null, real, args);
    if (real.weight > 0) raised.push(change);
    else lowered.push(change);
  });
  present?.realServers.forEach((real, key) => {
    if (wanted.realServers.has(key)) return;
    gone.push(realServerChange(virtualServer, key, real, null, deleteRealServer(id, real)));
  });
  return [...raised, ...lowered, ...gone];
}

function realServerChange(
  virtualServer: string,
  key: string,
  before: RealServer | null,
  after: RealServer | null,
  args: readonly string[],
): Change {
  return {
    action: before === null ? 'add' : after === null ? 'remove' : 'change',
    kind: 'real-server',
    virtualServer,
    key,
    before: before && fieldsOfRealServer(before),
    after: after && fieldsOfRealServer(after),
    commands: [{ stage: 'rules', argv: ['ipvsadm', ...args] }],
  };
}
