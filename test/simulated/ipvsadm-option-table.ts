/** Commands by each of their names. */
export const commands: ReadonlyMap<string, string> = new Map([
  ['-A', '-A'],
  ['--add-service', '-A'],
  ['-E', '-E'],
  ['--edit-service', '-E'],
  ['-D', '-D'],
  ['--delete-service', '-D'],
  ['-a', '-a'],
  ['--add-server', '-a'],
  ['-e', '-e'],
  ['--edit-server', '-e'],
  ['-d', '-d'],
  ['--delete-server', '-d'],
  ['-C', '-C'],
  ['--clear', '-C'],
  ['-Z', '-Z'],
  ['--zero', '-Z'],
  ['-L', '-L'],
  ['-l', '-L'],
  ['-Ln', '-Ln'],
  ['-Lcn', '-Lcn'],
  ['--list', '-L'],
  ['-S', '-S'],
  ['-Sn', '-Sn'],
  ['--save', '-S'],
  ['-R', '-R'],
  ['--restore', '-R'],
  ['--set', '--set'],
  ['--start-daemon', '--start-daemon'],
  ['--stop-daemon', '--stop-daemon'],
]);

/** Options: name, long name, ipvsadm's own title for it in messages, whether a word follows, and the commands that take it. */
const table = [
  ['-t', '--tcp-service', 'service-address', true, '-A -E -D -a -e -d -L -Ln -Z'],
  ['-u', '--udp-service', 'service-address', true, '-A -E -D -a -e -d -L -Ln -Z'],
  ['--sctp-service', '--sctp-service', 'service-address', true, '-A -E -D -a -e -d -L -Ln -Z'],
  ['-f', '--fwmark-service', 'service-address', true, '-A -E -D -a -e -d -L -Ln -Z'],
  ['-6', '--ipv6', 'ipv6', false, '-A -E -D -a -e -d -L -Ln -Z'],
  ['-s', '--scheduler', 'scheduler', true, '-A -E'],
  ['-p', '--persistent', 'persistent', true, '-A -E'],
  ['-M', '--netmask', 'netmask', true, '-A -E'],
  ['--pe', '--pe', 'pe', true, '-A -E'],
  ['-o', '--ops', 'ops', false, '-A -E'],
  ['-b', '--sched-flags', 'sched-flags', true, '-A -E'],
  ['-r', '--real-server', 'real-server', true, '-a -e -d'],
  ['-m', '--masquerading', 'forwarding-method', false, '-a -e'],
  ['-g', '--gatewaying', 'forwarding-method', false, '-a -e'],
  ['-i', '--ipip', 'forwarding-method', false, '-a -e'],
  ['-w', '--weight', 'weight', true, '-a -e'],
  ['-x', '--u-threshold', 'u-threshold', true, '-a -e'],
  ['-y', '--l-threshold', 'l-threshold', true, '-a -e'],
  ['--tun-type', '--tun-type', 'tun-type', true, '-a -e'],
  ['--tun-port', '--tun-port', 'tun-port', true, '-a -e'],
  ['--tun-nocsum', '--tun-nocsum', 'tun-nocsum', false, '-a -e'],
  ['--tun-csum', '--tun-csum', 'tun-csum', false, '-a -e'],
  ['--tun-remcsum', '--tun-remcsum', 'tun-remcsum', false, '-a -e'],
  ['--mcast-interface', '--mcast-interface', 'mcast-interface', true, '--start-daemon'],
  ['--syncid', '--syncid', 'syncid', true, '--start-daemon --stop-daemon'],
  ['--sync-maxlen', '--sync-maxlen', 'sync-maxlen', true, '--start-daemon'],
  ['-n', '--numeric', 'numeric', false, '-L -Ln -S -Sn'],
  ['--thresholds', '--thresholds', 'thresholds', false, '-L -Ln'],
  ['--stats', '--stats', 'stats', false, '-L -Ln'],
  ['--rate', '--rate', 'rate', false, '-L -Ln'],
  ['--exact', '--exact', 'exact', false, '-L -Ln'],
  ['--timeout', '--timeout', 'timeout', false, '-L -Ln'],
  ['--daemon', '--daemon', 'daemon', false, '-L -Ln'],
  ['-c', '--connection', 'connection', false, '-L -Ln'],
] as const;

export type OptionName = (typeof table)[number][0];

export interface Option {
  readonly name: OptionName;
  readonly title: string;
  readonly takesWord: boolean;
  readonly commands: readonly string[];
}

const longNames: Readonly<Record<string, string>> = {
  '-A': 'add-service',
  '-E': 'edit-service',
  '-D': 'delete-service',
  '-a': 'add-server',
  '-e': 'edit-server',
  '-d': 'delete-server',
  '-C': 'flush',
  '-Z': 'zero',
  '-L': 'list',
  '-Ln': 'list',
  '-Lcn': 'list',
  '-S': 'save',
  '-Sn': 'save',
  '-R': 'restore',
  '--set': 'set',
  '--start-daemon': 'start-daemon',
  '--stop-daemon': 'stop-daemon',
};

const options = new Map<string, Option>(
  table.flatMap(([name, longName, title, takesWord, takers]) => {
    const option = { name, title, takesWord, commands: takers.split(' ') };
    return [
      [name, option],
      [longName, option],
    ];
  }),
);

export function optionOf(word: string): Option | null {
  return options.get(word) ?? null;
}

/** ipvsadm's complaint about an option that the command does not take, or needs and has not; null where all is well. */
export function conflictOf(command: string, given: ReadonlySet<OptionName>): string | null {
  const titles = new Set([...given].map((name) => optionOf(name)?.title));
  const needed = { '-A': ['service-address'], '-E': ['service-address'], '-D': ['service-address'] }[command] ?? [];
  const neededByRealServers = ['-a', '-e', '-d'].includes(command) ? ['service-address', 'real-server'] : [];
  for (const title of [...needed, ...neededByRealServers]) {
    if (!titles.has(title)) return `You need to supply the '${title}' option for the '${longNames[command]}' command`;
  }
  for (const name of given) {
    const option = optionOf(name);
    if (option && !option.commands.includes(command)) {
      return `Illegal '${option.title}' option with the '${longNames[command]}' command`;
    }
  }
  return null;
}
