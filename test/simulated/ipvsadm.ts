import { type Execution, printed, refused, succeeded } from './execution.ts';
import type { KernelError } from './ipvs-table.ts';
import { type Entry, readEntry } from './ipvsadm-options.ts';
import { listing, savedRules } from './ipvsadm-output.ts';
import { BadWords } from './ipvsadm-words.ts';
import type { Router } from './router.ts';

const failure = 255;

/** ipvsadm 1.31. */
export function ipvsadm(router: Router, argv: readonly string[], stdin: string): Execution {
  if (argv.length === 0) return printed(listing(router.ipvs, 'connections'));
  if (['-R', '--restore'].includes(argv[0] ?? '')) return restore(router, stdin);
  try {
    return run(router, argv);
  } catch (error) {
    if (error instanceof BadWords) return refused(error.status, error.message);
    throw error;
  }
}

/** Each line on its own: what the kernel refuses is passed over, and the status is that of the last line. */
function restore(router: Router, stdin: string): Execution {
  let last = succeeded;
  let stderr = '';
  const lines = stdin.split('\n');
  const unfinished = lines.pop() ?? '';
  if (!/\s$/.test(unfinished)) lines.push(unfinished);
  for (const line of lines) {
    const words = line.split(/\s+/).filter((word) => word !== '' && word !== 'ipvsadm');
    if (words.length === 0) continue;
    try {
      last = run(router, words);
    } catch (error) {
      if (!(error instanceof BadWords)) throw error;
      last = refused(error.status, error.message);
      if (!error.message.endsWith('unknown option') && !error.message.endsWith('missing argument')) {
        return { ...last, stderr: stderr + last.stderr };
      }
    }
    stderr += last.stderr;
  }
  return { ...last, stderr };
}

function run(router: Router, argv: readonly string[]): Execution {
  const entry = readEntry(argv);
  if (entry.command === '-S' || entry.command === '-Sn') return printed(savedRules(router.ipvs));
  if (entry.command === '-Lcn') return printed(connectionTitle);
  if (entry.command === '-L' || entry.command === '-Ln') return list(router, entry);
  return router.attempt(['ipvsadm', ...argv], () => change(router, entry));
}

function list(router: Router, { given, service }: Entry): Execution {
  if (given.has('--timeout')) {
    const { tcp, tcpFin, udp } = router.timeouts;
    return printed(`Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`);
  }
  if (given.has('--daemon')) return printed(daemons(router));
  if (given.has('-c')) return printed(connectionTitle);
  const columns = (['stats', 'rate', 'thresholds'] as const).find((name) => given.has(`--${name}`)) ?? 'connections';
  const selected = service.fwmark > 0 || service.protocol !== 'mark';
  if (selected && !router.ipvs.service(service)) return refused(1, 'No such service');
  return printed(listing(router.ipvs, columns, selected ? service : null));
}

const connectionTitle =
  'IPVS connection entries\npro expire state       source             virtual            destination\n';

function daemons(router: Router): string {
  return (['master', 'backup'] as const)
    .flatMap((role) => router.daemons.filter((daemon) => daemon.role === role))
    .map(
      ({ role, device, id, maxLength }) =>
        `${role} sync daemon (mcast=${device}, syncid=${id}, maxlen=${maxLength}, group=224.0.0.81, port=8848, ttl=1)\n`,
    )
    .join('');
}

function change(router: Router, entry: Entry): Execution {
  const { ipvs } = router;
  const { service, destination } = entry;
  switch (entry.command) {
    case '-A':
      return told(ipvs.addService(service, service), { EEXIST: 'Service already exists', ENOENT: noModule });
    case '-E':
      return told(ipvs.editService(service, service), { ESRCH: 'No such service', ENOENT: noModule });
    case '-D':
      return told(ipvs.deleteService(service), { ESRCH: 'No such service' });
    case '-a':
      return told(ipvs.addDestination(service, destination), { EEXIST: 'Destination already exists' });
    case '-e':
      return told(ipvs.editDestination(service, destination), { ENOENT: 'No such destination' });
    case '-d':
      return told(ipvs.deleteDestination(service, destination), { ENOENT: 'No such destination' });
    case '-C':
      ipvs.clear();
      return succeeded;
    case '--set':
      return setTimeouts(router, entry.words);
    case '--start-daemon':
      return startDaemon(router, entry.daemon);
    case '--stop-daemon':
      return stopDaemon(router, entry.daemon);
    default:
      return succeeded;
  }
}

const noModule = 'Scheduler or persistence engine not found';
const messages: Readonly<Record<KernelError, string>> = {
  EEXIST: 'File exists',
  ENOENT: 'No such file or directory',
  ESRCH: 'Service not defined',
  ERANGE: 'Numerical result out of range',
  EINVAL: 'Invalid operation.  Possibly wrong module version, address not unicast, ...',
};

function told(error: KernelError | null, own: Partial<Record<KernelError, string>>): Execution {
  return error === null ? succeeded : refused(failure, own[error] ?? messages[error]);
}

function setTimeouts(router: Router, words: readonly string[]): Execution {
  if (words.length < 3) throw new BadWords('--set option requires 3 timeout values');
  const [tcp = 0, tcpFin = 0, udp = 0] = words.map((word) => {
    if (/^\d+$/.test(word) && Number(word) <= 31 * 86400) return Number(word);
    throw new BadWords(`invalid timeout value \`${word}' specified`);
  });
  const { timeouts } = router;
  router.timeouts = { tcp: tcp || timeouts.tcp, tcpFin: tcpFin || timeouts.tcpFin, udp: udp || timeouts.udp };
  return succeeded;
}

const largestMessage = 1472;
const leastOfBackup = 1024;

function startDaemon(router: Router, { role, device, id, maxLength }: Entry['daemon']): Execution {
  const name = device || 'eth0';
  if (router.daemons.some((daemon) => daemon.role === role)) return refused(failure, 'Daemon has already run');
  if (!router.devices.has(name)) return refused(failure, 'No such device');
  const least = role === 'backup' ? leastOfBackup : 1;
  const clamped = Math.min(Math.max(maxLength || largestMessage, least), largestMessage);
  router.daemons.push({ role: role === 'master' ? 'master' : 'backup', device: name, id, maxLength: clamped });
  return succeeded;
}

function stopDaemon(router: Router, { role }: Entry['daemon']): Execution {
  const others = router.daemons.filter((daemon) => daemon.role !== role);
  if (others.length === router.daemons.length) return refused(failure, 'No daemon is running');
  router.daemons = others;
  return succeeded;
}
