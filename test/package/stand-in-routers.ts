import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const head = 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n';

/** As `ipvsadm -Ln` prints its rows, whatever the columns are called. */
export function listing(rows: readonly string[]): string {
  return `${head}  -> RemoteAddress:Port\n${rows.map((row) => `${row}\n`).join('')}`;
}

/** What the programs of a router print, by their words. */
const printed: Readonly<Record<string, string>> = {
  'ipvsadm -Sn':
    '-A -t 1.2.3.1:80 -s wrr\n-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2\n-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1\n',
  'ipvsadm -Ln --thresholds': listing([
    'TCP  1.2.3.1:80 wrr',
    '  -> 192.168.1.2:80  0  0  40  7',
    '  -> 192.168.1.3:80  0  0  20  0',
  ]),
  'ipvsadm -Ln': listing([
    'TCP  1.2.3.1:80 wrr',
    '  -> 192.168.1.2:80  Masq  2  40  7',
    '  -> 192.168.1.3:80  Masq  1  20  0',
  ]),
  'ipvsadm -Ln --rate --exact': listing([
    'TCP  1.2.3.1:80  18 0 0 4500 3700000',
    '  -> 192.168.1.2:80  12 0 0 3000 2500000',
    '  -> 192.168.1.3:80  6 0 0 1500 1200000',
  ]),
};

const config = `routers:
  lvs1: { ssh: root@192.0.2.11 }
  lvs2: { ssh: root@192.0.2.12 }
public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254/32 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    real-servers:
      - { address: 192.168.1.2, weight: 2 }
      - 192.168.1.3
`;

/**
 * A pair of routers that a stand-in for ssh(1) reaches: shells on this machine, with programs that print what those of a router
 * would. lvs1 has the addresses.
 */
export class StandInRouters {
  private readonly folder: string;

  /** @param bin a folder that comes first on the PATH */
  constructor(folder: string, bin: string) {
    this.folder = folder;
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    writeFileSync(join(folder, 'lvs.yaml'), config, { mode: 0o644 });
    writeFileSync(join(bin, 'ssh'), sshScript(folder, programs), { mode: 0o755 });
    this.restore();
    this.print('ip -j addr show 11', addresses('11', ['1.2.3.1', '192.168.1.254']));
    this.print('ip -j addr show 12', addresses('12', []));
    const show = (name: string) => `cat "${folder}/${name.replaceAll(' ', '_')}"`;
    this.program(
      'ipvsadm',
      `[ ! -e "${folder}/broken" ] || { cat "${folder}/broken" >&2; exit 255; }
file=$(echo "ipvsadm $*" | tr ' ' _); [ ! -e "${folder}/$file" ] || cat "${folder}/$file"`,
    );
    this.program('ip', show('ip -j addr show $ROUTER'));
    this.program('arping', 'echo "arping from iputils"');
    for (const name of ['sysctl', 'xargs']) this.program(name, '');
    // What the kernel says of forwarding.
    this.program('grep', 'for file; do case $file in /proc/sys/*) echo "$file:1";; esac; done');
  }

  /** What commands print, as it was in the beginning: all is as declared. */
  restore(): void {
    for (const [words, text] of Object.entries(printed)) this.print(words, text);
  }

  /** What a command prints from now on. */
  print(words: string, text: string): void {
    writeFileSync(join(this.folder, words.replaceAll(' ', '_')), text);
  }

  /** Lets no new session to lvs2 in. @param said by ssh */
  closeLvs2(said: string): void {
    writeFileSync(join(this.folder, 'cut.12'), `${said}\n`);
  }

  /** Breaks the sessions to lvs2, and lets nobody in. */
  cutLvs2(): void {
    this.closeLvs2('ssh: connect to host: No route to host');
    for (const [router, pid] of this.sessions()) if (router === '12') process.kill(Number(pid), 'SIGKILL');
    rmSync(join(this.folder, 'sessions'), { force: true });
  }

  mendLvs2(): void {
    rmSync(join(this.folder, 'cut.12'));
  }

  /** Whether ipvsadm fails on both. */
  set broken(isBroken: boolean) {
    if (isBroken) this.fail('Permission denied');
    else rmSync(join(this.folder, 'broken'), { force: true });
  }

  /** Lets ipvsadm fail on both. @param said by it */
  fail(said: string): void {
    writeFileSync(join(this.folder, 'broken'), `${said}\n`);
  }

  /** The sessions that were opened since the last cut. */
  sessions(): string[][] {
    const file = join(this.folder, 'sessions');
    if (!existsSync(file)) appendFileSync(file, '');
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '));
  }

  private program(name: string, script: string): void {
    writeFileSync(join(this.folder, 'programs', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}

/** The destination and the command are the last two words; the agent in the command chooses its own PATH. */
function sshScript(folder: string, programs: string): string {
  return `#!/bin/sh
while [ $# -gt 2 ]; do shift; done
ROUTER=\${1##*.}
export ROUTER
if [ -e "${folder}/cut.$ROUTER" ]; then cat "${folder}/cut.$ROUTER" >&2; exit 255; fi
echo "$ROUTER $$" >>"${folder}/sessions"
command=$(printf '%s\\n' "$2" | sed 's#^PATH=.*#PATH=${programs}:/usr/bin:/bin#')
exec sh -c "$command"
`;
}

function addresses(number: string, floating: readonly string[]): string {
  const device = (name: string, network: string, index: number) => ({
    ifindex: index,
    ifname: name,
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    operstate: 'UP',
    link_type: 'ether',
    address: `00:00:00:00:00:0${index}`,
    addr_info: [
      { family: 'inet', local: `${network}.${number}`, prefixlen: 24, label: name },
      ...floating
        .filter((address) => address.startsWith(`${network}.`))
        .map((local) => ({ family: 'inet', local, prefixlen: 32, label: name })),
    ],
  });
  return JSON.stringify([device('eth0', '1.2.3', 2), device('eth1', '192.168.1', 3)]);
}
