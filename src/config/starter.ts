/** What `lvs init` was told. */
export interface StarterAnswers {
  /** In order of preference; none: this machine alone. */
  readonly routers?: readonly { readonly name: string; readonly ssh: readonly string[]; readonly sudo?: boolean }[];
  readonly publicDevice: string;
  /** Null: one network only. */
  readonly privateDevice: string | null;
  /** The real servers' default route, with or without a prefix length. */
  readonly natRouter?: string | null;
}

/** A commented lvs.yaml to start from. It has no virtual server yet, and is sound when the answers are. */
export function starterFile({ routers = [], publicDevice, privateDevice, natRouter = null }: StarterAnswers): string {
  const sections = [
    [
      '# A Linux Virtual Server cluster; the format is described in lvs.yaml(5).',
      '# "lvs validate" checks this file, "lvs diff" shows what it would change, "lvs apply" changes it.',
    ],
    routersSection(routers),
    [
      'public:',
      `  device: ${quoted(publicDevice)}                  # virtual server addresses become aliases of it`,
      '  prefix: 32                    # of the IPv4 floating addresses',
    ],
    privateSection(privateDevice, natRouter),
    routers.length > 1 ? pairSections(privateDevice ?? publicDevice) : [],
    [
      '# "lvs vip add 1.2.3.1:80 --name web" and "lvs real add web 192.168.1.2" write the entries:',
      '#',
      '# virtual-servers:',
      '#   web:',
      '#     address: tcp://1.2.3.1:80',
      '#     scheduler: wlc',
      '#     real-servers:',
      '#       - 192.168.1.2',
      '#       - { address: 192.168.1.3, weight: 2 }',
    ],
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return texts.join('\n');
}

function routersSection(routers: NonNullable<StarterAnswers['routers']>): string[] {
  if (routers.length === 0) return ['# No routers: this machine is the only one.'];
  const entries = routers.map(
    ({ name, ssh, sudo }) => `  ${quoted(name)}: { ssh: ${destinations(ssh)}${sudo === true ? ', sudo: true' : ''} }`,
  );
  return ['routers:                        # the first is preferred while neither is active', ...entries];
}

function destinations(ssh: readonly string[]): string {
  const [first = ''] = ssh;
  return ssh.length === 1 ? quoted(first) : `[${ssh.map(quoted).join(', ')}]`;
}

function privateSection(device: string | null, natRouter: string | null): string[] {
  if (device === null) return [];
  const address = natRouter === null ? [] : [`  nat-router: ${quoted(natRouter)}    # the real servers' default route`];
  return ['private:', `  device: ${quoted(device)}`, ...address];
}

function pairSections(device: string): string[] {
  return [
    `sync: { device: ${quoted(device)}, id: 1 }   # the routers tell each other their connections`,
    '',
    'failover:',
    '  engine: keepalived            # VRRP elects who has the addresses; manual: only "lvs failover" moves them',
    '  advert-interval: 0.1          # seconds: a router that is silent for three of them is replaced',
  ];
}

/** In quotes unless it is a plain word; any JSON string is a YAML one. */
function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9@/._-]*$/.test(text) && !/^(true|false|null)$/i.test(text) ? text : JSON.stringify(text);
}
