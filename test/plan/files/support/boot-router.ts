import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootScript } from '../../../../src/plan/files/boot-script.ts';

/** Each is a shell script that finds the router's directory in $T, and what it is called with is logged. */
const programs = {
  ip: `
held=$T/held
case "$*" in
  'link show dev '*) echo "2: $4: <BROADCAST,$(cat "$T/flags" 2>/dev/null)>";;
  '-o addr show to '*) grep "^$5 " "$held" || true;;
  'addr add '*) [ ! -e "$T/refuse/$5" ] && echo "\${3%/*} $5" >>"$held";;
  'addr del '*) grep -qx "\${3%/*} $5" "$held" && { grep -vx "\${3%/*} $5" "$held" >"$held.new"; mv "$held.new" "$held"; };;
  '-6 -o addr show '*) [ -e "$T/tentative" ] || echo fe80::1;;
  'neigh help') [ -e "$T/old-ip" ] || echo '[ router ] [ use ]' >&2; exit 255;;
  'neigh replace '*) [ ! -e "$T/old-ip" ] && touch "$T/asked-$3";;
  'neigh del '*) rm -f "$T/asked-$4";;
  'neigh show to '*)
    # What is on the device itself is not heard of.
    [ ! -e "$T/asked-$4" ] || grep -qx "$4 $6" "$held" || cat "$T/neighbour-$4" 2>/dev/null || echo "$4 FAILED";;
esac
`,
  arping: `
case $1 in
  -V) cat "$T/arping" 2>/dev/null; exit 1;;
  -q) exit 0;;
esac
for address do :; done
answers=$T/arp-$address
[ -e "$answers" ] || exit 0
read -r status said <"$answers"
[ "$(wc -l <"$answers")" -eq 1 ] || sed -i 1d "$answers"
[ -z "$said" ] || echo "$said" >&2
[ "$status" != lost ] || kill -KILL "$PPID"
exit "$status"
`,
  ping: `
for address do :; done
[ ! -e "$T/no-ping" ] || { echo 'ping: not found' >&2; exit 127; }
touch "$T/asked-$address"; exit 1
`,
  ipvsadm: `
case $1 in
  -Sn) cat "$T/rules" 2>/dev/null;;
  -R) if grep nonsense >&2; then exit 2; fi;;
esac
`,
  sysctl: '',
  modprobe: '',
  sleep: 'case $1 in 0.*) ;; *) [ ! -e "$T/carrier-at-$1" ] || echo 1 >"$T/net/eth1/carrier";; esac',
};

/** A directory in which the boot script runs beside programs that only pretend. */
export class BootRouter {
  readonly place: string;

  private constructor(place: string) {
    this.place = place;
  }

  static async create(conf: string): Promise<BootRouter> {
    const router = new BootRouter(await mkdtemp(join(tmpdir(), 'lvs-boot-')));
    for (const directory of ['bin', 'run', 'refuse', 'net/eth0', 'net/eth1']) {
      await mkdir(join(router.place, directory), { recursive: true });
    }
    for (const [name, script] of Object.entries(programs)) {
      const text = `#!/bin/sh\nT=${router.place}\necho "${name} $*" >>"$T/log"\n${script}`;
      await router.write(`bin/${name}`, text);
      await chmod(join(router.place, 'bin', name), 0o755);
    }
    const script = bootScript
      .replace(/^PATH=/m, `PATH=${router.place}/bin:`)
      .replaceAll('/sys/class/net', `${router.place}/net`)
      .replaceAll('/run/lvs', `${router.place}/run`);
    await router.write('lvs-boot', script);
    await router.write('boot.conf', conf.replaceAll('/run/', `${router.place}/run/`));
    await router.write('boot.rules', '-A -t 1.2.3.1:80 -s rr\n');
    await router.write('held', '');
    for (const device of ['eth0', 'eth1']) await router.write(`net/${device}/carrier`, '1\n');
    return router;
  }

  async write(path: string, content: string): Promise<void> {
    await writeFile(join(this.place, path), content);
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.place, path), 'utf8').catch(() => '');
  }

  /** As it is when the rules have been loaded. */
  async load(): Promise<void> {
    await this.write('rules', await this.read('boot.rules'));
  }

  /** Runs the script; all that it said, and the addresses that are held afterwards, each with its device. */
  async run(...words: string[]): Promise<{ status: number; said: string; held: string[]; log: string[] }> {
    const { status, said } = await new Promise<{ status: number; said: string }>((resolve) => {
      execFile('sh', [join(this.place, 'lvs-boot'), ...words], (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr });
      });
    });
    const lines = (text: string) => text.split('\n').filter((line) => line !== '');
    return { status, said, held: lines(await this.read('held')), log: lines(await this.read('log')) };
  }

  async remove(): Promise<void> {
    await rm(this.place, { recursive: true });
  }
}
