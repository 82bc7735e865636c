/** Everything that a run may leave on a router, a line each; the lines of two moments can be compared. */
export type Remains = readonly string[];

interface Router {
  run(argv: readonly string[]): Promise<{ readonly stdout: string }>;
}

/**
 * Processes (without those that look), files of ours and temporary ones, devices, traffic control, routing rules, sockets and
 * who holds the lock. Addresses are left out, for they are to move.
 */
const look = [
  'ps -e -o comm= | grep -vxE "ps|grep|sed|sort|sh|find|ss|tc|ip" | sed "s/^/process /" | sort',
  'find /run /tmp -xdev -path /tmp/lvs-cluster -prune -o -type f -print -o -type p -print -o -type s -print | sed "s/^/file /" | sort',
  'ip -br link | sed "s/@.*//; s/ .*//; s/^/device /"',
  'tc qdisc show | sed "s/refcnt.*//; s/^/traffic control /"',
  'ip rule show | sed "s/^/rule /"; ip -6 rule show | sed "s/^/rule 6 /"',
  'ip route show table 7054 2>/dev/null; ip route show table 7055 2>/dev/null',
  'ss -Hlnx | sed "s/^/socket /"; ss -Hnt state established | sed "s/ .*//; s/^/connection /" | sort',
  'flock -n /run/lvs/lock true && echo lock free',
  'cat /run/lvs/lock',
].join('\n');

export async function remainsOf(router: Router): Promise<Remains> {
  const { stdout } = await router.run(['sh', '-c', look]);
  const counts = new Map<string, number>();
  for (const line of stdout.split('\n'))
    if (line.trim() !== '') counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} × ${count}`));
}
