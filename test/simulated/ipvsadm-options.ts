import { isIPv4 } from 'node:net';
import type { Destination, ServiceKey, ServiceSettings } from './ipvs-table.ts';
import { commands, conflictOf, type OptionName, optionOf } from './ipvsadm-option-table.ts';
import { BadWords, familyOf, flagBits, readNumber, readSocket } from './ipvsadm-words.ts';

/** A command line as ipvsadm 1.31 understands it: read from left to right, each option changing what stands here. */
export interface Entry {
  readonly command: string;
  /** The options given, by their short names. */
  readonly given: ReadonlySet<OptionName>;
  readonly service: ServiceKey & ServiceSettings;
  readonly destination: Destination;
  readonly daemon: { role: string; device: string; id: number; maxLength: number };
  readonly words: readonly string[];
}

type Draft = {
  service: { -readonly [K in keyof Entry['service']]: Entry['service'][K] };
  destination: { -readonly [K in keyof Destination]: Destination[K] };
  daemon: Entry['daemon'];
  flags: string | null;
};

const tryHelp = "Try `ipvsadm -h' or 'ipvsadm --help' for more information.";
const largest = 2147483647;

export function readEntry(argv: readonly string[]): Entry {
  const draft = emptyDraft();
  const given = new Set<OptionName>();
  const rest: string[] = [];
  const command = commands.get(argv[0] ?? '');
  if (command === undefined) throw new BadWords(tryHelp, 255);
  let index = 1;
  if (command.endsWith('-daemon')) {
    draft.daemon.role = argv[1] ?? '';
    if (!['master', 'backup'].includes(draft.daemon.role))
      throw new BadWords(`illegal ${command.slice(2)} parameter specified`);
    index = 2;
  }
  while (index < argv.length) {
    const word = argv[index] ?? '';
    index += 1;
    const option = optionOf(word);
    if (option === null && word.startsWith('-')) throw new BadWords(`${word}: unknown option`, 255);
    if (option === null) {
      rest.push(word);
      continue;
    }
    if (given.has(option.name)) throw new BadWords(`multiple '${option.title}' options specified`);
    given.add(option.name);
    const next = argv[index];
    const follows = option.takesWord && next !== undefined && !(option.name === '-p' && next.startsWith('-'));
    if (option.takesWord && !follows && option.name !== '-p') throw new BadWords(`${word}: missing argument`, 255);
    if (follows) index += 1;
    apply(draft, option.name, follows ? next : null);
  }
  if (command !== '--set' && rest[0] !== undefined) throw new BadWords(`unexpected argument ${rest[0]}`);
  if (draft.flags !== null) draft.service.flags = flagBits(draft.service.scheduler || 'wlc', draft.flags);
  const conflict = conflictOf(command, given);
  if (conflict !== null) throw new BadWords(conflict);
  return { command, given, ...finished(command, draft), daemon: draft.daemon, words: rest };
}

function emptyDraft(): Draft {
  return {
    service: {
      fwmark: 0,
      family: 'ipv4',
      protocol: 'mark',
      address: '0.0.0.0',
      port: 0,
      scheduler: '',
      flags: 0,
      persistent: null,
      netmask: '255.255.255.255',
      persistenceEngine: '',
      onePacket: false,
    },
    destination: {
      address: '0.0.0.0',
      port: 0,
      forward: 'direct',
      weight: 1,
      upperThreshold: 0,
      lowerThreshold: 0,
      tunnelType: 'ipip',
      tunnelPort: 0,
      tunnelChecksum: 'nocsum',
    },
    daemon: { role: '', device: '', id: 0, maxLength: 0 },
    flags: null,
  };
}

function apply(draft: Draft, option: OptionName, word: string | null): void {
  const { service, destination, daemon } = draft;
  const text = word ?? '';
  const number = (low: number, high: number, what: string) => readNumber(text, low, high, `illegal ${what} specified`);
  switch (option) {
    case '-t':
    case '-u':
    case '--sctp-service': {
      service.protocol = option === '-t' ? 'tcp' : option === '-u' ? 'udp' : 'sctp';
      const socket = readSocket(text);
      if (!socket) throw new BadWords('illegal virtual server address[:port] specified');
      Object.assign(service, { address: socket.address, port: socket.port ?? 0, family: familyOf(socket.address) });
      if (service.family === 'ipv6') service.netmask = '128';
      break;
    }
    case '-f':
      service.fwmark = readNumber(text, 1, 4294967295, `invalid fwmark value \`${text}' specified`);
      break;
    case '-6':
      if (service.fwmark === 0) throw new BadWords('-6 used before -f\n');
      Object.assign(service, { family: 'ipv6', netmask: '128' });
      break;
    case '-s':
      service.scheduler = text;
      break;
    case '-p':
      service.persistent =
        word === null ? 360 : readNumber(text, 1, 31 * 86400, `invalid timeout value \`${text}' specified`);
      break;
    case '-M':
      if (service.family === 'ipv6')
        service.netmask = String(readNumber(text, 1, 128, 'illegal ipv6 netmask specified'));
      else if (isIPv4(text)) service.netmask = text;
      else throw new BadWords('illegal virtual server persistent mask specified');
      break;
    case '--pe':
      service.persistenceEngine = text;
      break;
    case '-o':
      service.onePacket = true;
      break;
    case '-b':
      draft.flags = text;
      break;
    case '-r': {
      const socket = readSocket(text);
      if (!socket) throw new BadWords('illegal real server address[:port] specified');
      Object.assign(destination, { address: socket.address, port: socket.port ?? service.port });
      break;
    }
    case '-m':
    case '-g':
    case '-i':
      destination.forward = option === '-m' ? 'masq' : option === '-g' ? 'direct' : 'tunnel';
      break;
    case '-w':
      destination.weight = number(0, largest, 'weight');
      break;
    case '-x':
      destination.upperThreshold = number(0, largest, 'u_threshold');
      break;
    case '-y':
      destination.lowerThreshold = number(0, largest, 'l_threshold');
      break;
    case '--tun-type':
      if (text !== 'ipip' && text !== 'gue' && text !== 'gre') throw new BadWords('illegal tunnel type specified');
      destination.tunnelType = text;
      break;
    case '--tun-port':
      destination.tunnelPort = number(1, 65535, 'tunnel port');
      break;
    case '--tun-nocsum':
    case '--tun-csum':
    case '--tun-remcsum':
      destination.tunnelChecksum = option === '--tun-csum' ? 'csum' : option === '--tun-remcsum' ? 'remcsum' : 'nocsum';
      break;
    case '--mcast-interface':
      daemon.device = text;
      break;
    case '--syncid':
      daemon.id = number(0, 255, 'syncid');
      break;
    case '--sync-maxlen':
      daemon.maxLength = number(1, 65507, 'sync-maxlen');
      break;
    default:
      break;
  }
}

/** What ipvsadm completes and checks once all words are read. */
function finished(command: string, { service, destination }: Draft): Pick<Entry, 'service' | 'destination'> {
  if (command === '-A' || command === '-E') {
    if (service.fwmark === 0 && service.port === 0 && service.persistent === null) {
      throw new BadWords('Zero port specified for non-persistent service');
    }
    if (service.onePacket && service.fwmark === 0 && service.protocol !== 'udp') {
      throw new BadWords('One-Packet Scheduling is only for UDP virtual services');
    }
    service.scheduler ||= 'wlc';
  }
  if (command === '-a' || command === '-e') {
    if (service.fwmark === 0 && destination.forward !== 'masq') destination.port = service.port;
    if (familyOf(destination.address) !== service.family && destination.forward !== 'tunnel') {
      throw new BadWords('Different address family is allowed only for tunneling servers');
    }
  }
  return { service, destination };
}
