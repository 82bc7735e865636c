import type { Execution } from './execution.ts';
import type { Router } from './router.ts';

/** What a freshly booted router has; other names do not exist unless the test gives them. */
const defaults: Readonly<Record<string, string>> = {
  'net.ipv4.ip_forward': '1',
  'net.ipv6.conf.all.forwarding': '1',
  'net.ipv4.vs.conntrack': '0',
  'net.ipv4.vs.conn_reuse_mode': '1',
  'net.ipv4.vs.expire_nodest_conn': '0',
  'net.ipv4.vs.expire_quiescent_template': '0',
  'net.ipv4.vs.sloppy_tcp': '0',
  'net.ipv4.vs.sync_refresh_period': '0',
  'net.ipv4.vs.sync_retries': '0',
  'net.ipv4.vs.sync_threshold': '3\t50',
};

/** The same for each device, and for `all`. */
const defaultsOfDevice: Readonly<Record<string, string>> = {
  'net.ipv4.conf.*.promote_secondaries': '0',
  'net.ipv4.conf.*.send_redirects': '1',
  'net.ipv6.conf.*.accept_dad': '1',
  'net.ipv6.conf.*.ndisc_notify': '0',
};

/** Kernel settings by name. Several numbers in one are separated by tabs, as the kernel prints them. */
export class Sysctls {
  readonly #values = new Map(Object.entries(defaults));
  readonly #touched = new Set<string>();

  constructor(devices: readonly string[], given: Readonly<Record<string, string>>) {
    for (const [pattern, value] of Object.entries(defaultsOfDevice)) {
      for (const device of ['all', ...devices]) this.#values.set(pattern.replace('*', device), value);
    }
    for (const [name, value] of Object.entries(given)) {
      this.#values.set(name, value.replace(/\s+/g, '\t'));
      this.#touched.add(name);
    }
  }

  read(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** @returns false where the kernel refuses the value: it takes numbers only */
  write(name: string, value: string): boolean {
    if (!/^-?\d+(\s+-?\d+)*$/.test(value)) return false;
    this.#values.set(name, value.replace(/\s+/g, '\t'));
    this.#touched.add(name);
    return true;
  }

  /** Those that were given or written, with blanks between numbers. */
  touched(): Map<string, string> {
    const entries = [...this.#values].filter(([name]) => this.#touched.has(name));
    return new Map(entries.map(([name, value]) => [name, value.replaceAll('\t', ' ')]));
  }
}

/** procps' sysctl: `sysctl [-n] NAME…`, `sysctl [-q] -w NAME=VALUE…`. Goes on after a failure. */
export function sysctl(router: Router, argv: readonly string[]): Execution {
  const options = argv.filter((word) => word.startsWith('-')).join('');
  const results = argv
    .filter((word) => !word.startsWith('-'))
    .map((word) => {
      const [name = '', ...value] = word.split('=');
      if (router.sysctls.read(name) === undefined) {
        const path = `/proc/sys/${name.replaceAll('.', '/')}`;
        return { status: 1, stdout: '', stderr: `sysctl: cannot stat ${path}: No such file or directory\n` };
      }
      return options.includes('w') || word.includes('=')
        ? write(router, name, value.join('='), options.includes('q'))
        : read(router, name, options.includes('n'));
    });
  return {
    status: Math.max(0, ...results.map(({ status }) => status)),
    stdout: results.map(({ stdout }) => stdout).join(''),
    stderr: results.map(({ stderr }) => stderr).join(''),
  };
}

function read(router: Router, name: string, valueOnly: boolean): Execution {
  const value = router.sysctls.read(name) ?? '';
  return { status: 0, stdout: valueOnly ? `${value}\n` : `${name} = ${value}\n`, stderr: '' };
}

function write(router: Router, name: string, value: string, quiet: boolean): Execution {
  return router.attempt(['sysctl', '-w', `${name}=${value}`], () =>
    router.sysctls.write(name, value)
      ? { status: 0, stdout: quiet ? '' : `${name} = ${value}\n`, stderr: '' }
      : { status: 1, stdout: '', stderr: `sysctl: setting key "${name}": Invalid argument\n` },
  );
}
