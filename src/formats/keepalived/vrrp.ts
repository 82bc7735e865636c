import { deviceProblem } from '../../config/words/names.ts';
import { canonicalAddress, familyOf, fullPrefix } from '../../model/ip.ts';
import type { Sections } from '../imported.ts';
import { wholeNumberIn, within } from '../numbers.ts';
import type { KnownPlace } from '../placing.ts';
import type { Warnings } from '../warnings.ts';
import type { Statement } from './blocks.ts';
import { Keywords, shown, wrong } from './keywords.ts';

/** What VRRP says about floating addresses. */
export interface Election {
  /** By address, in the order of the file. */
  readonly addresses: ReadonlyMap<string, KnownPlace & { readonly instance: string }>;
  readonly failover: Sections['failover'];
  /** The virtual router ids of the instances, by name. */
  readonly ids: ReadonlyMap<string, number>;
  /** Where an instance says what global_defs should: the device of synchronisation. */
  readonly sync: { readonly device: string; readonly instance: string } | null;
}

const script = 'lvs runs no scripts when the addresses move';
const mail = 'lvs sends no e-mail';
const garp = 'lvs announces addresses in its own way';
const own = 'lvs writes the VRRP instance in its own way';
const preferred = 'which router is preferred is said by the order of routers:';
const version3 = 'lvs has keepalived speak VRRP version 3';
const neverGivesBack = 'lvs never gives the addresses back by preference (nopreempt)';

/** What an instance may hold that has no counterpart, and what that means. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  priority: preferred,
  preempt_delay: neverGivesBack,
  authentication: 'VRRP version 3 has none',
  use_vmac: 'addresses stand on the device itself',
  use_vmac_addr: 'addresses stand on the device itself',
  vmac_xmit_base: 'addresses stand on the device itself',
  use_ipvlan: 'addresses stand on the device itself',
  track_script: 'no script is asked whether a router is fit',
  track_file: 'no file is asked whether a router is fit, but one of lvs itself',
  track_process: 'no process is asked for whether a router is fit',
  track_bfd: 'no BFD is asked whether a router is fit',
  virtual_routes: 'routes do not move with the addresses',
  virtual_rules: 'rules do not move with the addresses',
  unicast_peer: 'the routers speak by multicast; name both under routers:',
  unicast_src_ip: 'the routers speak by multicast; name both under routers:',
  notify: script,
  notify_master: script,
  notify_backup: script,
  notify_fault: script,
  notify_stop: script,
  notify_deleted: script,
  smtp_alert: mail,
  dont_track_primary: 'every device of floating addresses is tracked',
};

/** @throws LvsError invalid-input */
export function readElection(statements: readonly Statement[], warnings: Warnings): Election {
  const groups = statements.filter(({ keyword }) => keyword === 'vrrp_sync_group');
  const instances = statements
    .filter(({ keyword }) => keyword === 'vrrp_instance')
    .map((each) => readInstance(each, warnings));
  const addresses = new Map<string, KnownPlace & { instance: string }>();
  for (const { name, held } of instances) {
    for (const each of held) {
      if (addresses.has(each.address)) warnings.add(each.place, each.text, 'stands twice: the first one is meant');
      else addresses.set(each.address, { ...each, instance: name });
    }
  }
  warnAboutGroups(groups, instances, warnings);
  for (const { device, devices } of instances) {
    const carried = new Set([...addresses.values()].map((each) => each.device));
    for (const { name, place } of devices) {
      if (name === device || carried.has(name)) continue;
      warnings.add(place, name, 'only devices of floating addresses are tracked');
    }
  }
  const [first] = instances;
  if (first === undefined) return { addresses, failover: undefined, ids: new Map(), sync: null };
  warnings.add(
    first.place,
    first.text,
    'a file of keepalived is one router: for a pair name both under routers:, with where ssh finds them',
  );
  return {
    addresses,
    failover: {
      engine: 'keepalived',
      'advert-interval': first.interval,
      ...(first.id !== 51 && { 'virtual-router-id': first.id }),
    },
    ids: new Map(instances.map(({ name, id }) => [name, id])),
    sync: instances.flatMap(({ name, sync }) => (sync === null ? [] : [{ device: sync, instance: name }]))[0] ?? null,
  };
}

/** Seconds between advertisements with which an election is over in ten. */
const longestAwaited = 2.5;

interface Held extends KnownPlace {
  readonly address: string;
  readonly text: string;
}

interface Instance {
  readonly name: string;
  readonly place: Statement['place'];
  readonly text: string;
  readonly device: string;
  readonly id: number;
  readonly interval: number;
  readonly held: readonly Held[];
  readonly sync: string | null;
  /** Those that it tracks. */
  readonly devices: readonly { readonly name: string; readonly place: Statement['place'] }[];
}

function readInstance(statement: Statement, warnings: Warnings): Instance {
  const keywords = new Keywords(statement.block);
  const named = keywords.one('interface');
  const device = named?.words[0] ?? '';
  if (named !== undefined && deviceProblem(device) !== null) throw wrong(named, 'a network device');
  const id = keywords.number('virtual_router_id', 1, 255) ?? 51;
  const lists = keywords.all('virtual_ipaddress', 'virtual_ipaddress_excluded');
  const held = lists.flatMap(({ block }) => block ?? []).flatMap((each) => readAddress(each, device, warnings));
  const advert = keywords.one('advert_int');
  const interval = keywords.seconds('advert_int', 0, 255) ?? 1;
  const fitting = within(interval, 0.01, 40);
  if (advert !== undefined && fitting > longestAwaited) {
    const means = 'an election takes longer than "lvs apply" waits for it: 1 s or less is better';
    warnings.add(advert.place, advert.text, means);
  }
  if (advert !== undefined && fitting !== interval) warnings.add(advert.place, advert.text, `is ${fitting} s here`);
  const sync = keywords.one('lvs_sync_daemon_interface');
  if (sync !== undefined && deviceProblem(sync.words[0] ?? '') !== null) throw wrong(sync, 'a network device');
  const tracked = keywords.all('track_interface').flatMap(({ block }) => block ?? []);
  for (const { text, place, words } of tracked) {
    if (words.includes('weight'))
      warnings.add(place, text, 'a device that is down always gives the addresses away: there are no weights');
  }
  const [state, version] = [keywords.one('state'), keywords.one('version')];
  if (state?.words[0] === 'MASTER') warnings.add(state.place, state.text, preferred);
  if (version !== undefined && version.words[0] !== '3') warnings.add(version.place, version.text, version3);
  if (keywords.one('nopreempt') === undefined) warnings.add(statement.place, shown(statement), neverGivesBack);
  // lvs has it so, and these say nothing else.
  for (const keyword of ['skip_check_adv_addr', 'garp_master_delay', 'garp_master_repeat', 'preempt'])
    keywords.one(keyword);
  warnAboutOwn(keywords, warnings);
  return {
    name: statement.words[0] ?? '',
    place: statement.place,
    text: shown(statement),
    device,
    id,
    interval: fitting,
    held,
    sync: sync?.words[0] ?? null,
    devices: tracked.map(({ keyword, place }) => ({ name: keyword, place })),
  };
}

function warnAboutOwn(keywords: Keywords, warnings: Warnings): void {
  for (const statement of keywords.others) {
    const { keyword, place } = statement;
    const known = Object.hasOwn(withoutCounterpart, keyword) ? withoutCounterpart[keyword] : undefined;
    warnings.add(place, shown(statement), known ?? (/garp|gna/.test(keyword) ? garp : own));
  }
}

/** `1.2.3.1/24 dev eth0 label eth0:1`. */
function readAddress(statement: Statement, device: string, warnings: Warnings): Held[] {
  const { keyword, words, text, place } = statement;
  const [word = '', length, ...rest] = keyword.split('/');
  const address = canonicalAddress(word);
  const full = address === null ? 32 : fullPrefix(familyOf(address));
  const prefix = length === undefined ? full : wholeNumberIn(length, 1, full);
  if (address === null || prefix === null || rest.length > 0)
    throw wrong(statement, 'ADDRESS/LENGTH dev DEVICE label LABEL');
  const after = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const [own, label] = [after('dev') ?? device, after('label') ?? null];
  if (deviceProblem(own) !== null) throw wrong(statement, 'a network device, here or as the interface of the instance');
  for (const option of words) {
    if (
      !['brd', 'broadcast', 'peer', 'scope', 'home', 'nodad', 'mngtmpaddr', 'noprefixroute', 'preferred_lft'].includes(
        option,
      )
    )
      continue;
    warnings.add(place, text, `without ${option}: lvs gives an address its prefix length, device and label`);
  }
  return [{ address, device: own, label: label?.startsWith(`${own}:`) ? label : null, prefix, place, text }];
}

/** lvs moves all floating addresses as one, which is what a sync group is for. */
function warnAboutGroups(groups: readonly Statement[], instances: readonly Instance[], warnings: Warnings): void {
  const together = groups.map(({ block }) => {
    const keywords = new Keywords(block);
    const members = keywords.all('group').flatMap((group) => group.block ?? []);
    for (const statement of keywords.others) {
      const known = Object.hasOwn(withoutCounterpart, statement.keyword)
        ? withoutCounterpart[statement.keyword]
        : undefined;
      warnings.add(statement.place, shown(statement), known ?? 'lvs writes one VRRP instance in its own way');
    }
    return new Set(members.flatMap(({ keyword, words }) => [keyword, ...words]));
  });
  const [first, ...others] = instances;
  for (const other of others) {
    const joined = first !== undefined && together.some((group) => group.has(first.name) && group.has(other.name));
    const means = joined
      ? `one instance with "${first?.name}", as the sync group has it, and its interval and virtual router id`
      : `moves together with "${first?.name}": lvs has one active router for all addresses`;
    warnings.add(other.place, other.text, means);
  }
}
