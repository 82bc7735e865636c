// What lvs takes at size, on this machine, which must be the router lvs1 of a pair: each round measures everything in turn, so
// that all see the same machine. Prints a JSON object: sections, each with its rounds, each of seconds by name.
// Usage: node measure.mjs ORDER
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const { lvs, rounds, small, few, sizes, makeDevice, ldirectord } = JSON.parse(process.argv[2]);
const say = (text) => process.stderr.write(`${text}\n`);

function run([program, ...words], { input = '' } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    input,
    encoding: 'utf8',
    cwd: '/',
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  if (status !== 0) {
    throw new Error(
      `${program} ${words.join(' ')}: exit status ${status}\n${stdout.slice(0, 2000)}${stderr.slice(0, 2000)}`,
    );
  }
  return stdout;
}

/** @returns seconds. */
function timed(argv, options) {
  const start = process.hrtime.bigint();
  run(argv, options);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** @returns MiB at the most, of the program itself. */
async function peakMemory([program, ...words]) {
  const child = spawn(program, words, { stdio: 'ignore', cwd: '/' });
  let peak = 0;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let going = true;
  ended.then(() => {
    going = false;
  });
  while (going) {
    try {
      const [, found] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      if (found !== undefined) peak = Number(found) / 1024;
    } catch {
      break;
    }
    await pause(20);
  }
  await ended;
  return peak;
}

/** A network namespace with an IPVS table and a device of its own. */
const place = 'scale';
const inside = (...argv) => ['ip', 'netns', 'exec', place, ...argv];
const ipvsadm = (...words) => inside('ipvsadm', ...words);
const node = [process.execPath, '-e', '0'];
const onFile = (file, ...words) => inside(...lvs, ...words, '-c', file);
/** Resolves when the program has ended. */
const started = [];
const inPlace = () => run(['ip', 'netns', 'pids', place]).split('\n').filter(Boolean);

/**
 * Nothing is left of what was in the kernel. Real servers that `ipvsadm -C` removes lie in a list for two minutes, which the kernel
 * searches for each that is added (ip_vs_trash_get_dest): 40,000 take three times as long to add again.
 */
async function emptied() {
  if (existsSync(`/run/netns/${place}`)) {
    for (const id of inPlace()) process.kill(Number(id), 'SIGKILL');
    await Promise.all(started);
    await untilNobodyRuns();
    run(['ip', 'netns', 'del', place]);
  }
  run(['ip', 'netns', 'add', place]);
  for (const command of ['ip link set lo up', ...makeDevice]) run(inside(...command.split(' ')));
  run(inside('sysctl', '-qw', 'net.ipv4.vs.run_estimation=0'));
}

/** Addresses are announced for some seconds after lvs has ended, by processes of their own, which would be measured along. */
async function untilNobodyRuns() {
  const begin = performance.now();
  while (inPlace().length > 0) {
    if (performance.now() - begin > 60_000) throw new Error(`in ${place} run after 60 s: ${inPlace().join(', ')}`);
    await pause(50);
  }
}

const rulesInKernel = () => run(ipvsadm('-Sn')).split('\n').length - 1;

/** @param child whoever makes them */
async function untilRules(count, child) {
  const begin = performance.now();
  while (rulesInKernel() < count) {
    if ((child.exitCode ?? child.signalCode) !== null) throw new Error(`${child.spawnargs.join(' ')}: ended too soon`);
    if (performance.now() - begin > 300_000) throw new Error(`${rulesInKernel()} rules after 300 s`);
    await pause(100);
  }
}

let weight = 1;
const setWeight = (file) => onFile(file, 'real', 'set', 's0', '192.168.0.1', '--weight', String((weight % 9) + 2));

function startUps() {
  const previewed = ['real', 'set', 'web', '192.168.1.2', '--weight', '7', '--dry-run'];
  const figure = ['-c', '/etc/lvs/lvs.yaml'];
  return Array.from({ length: rounds * 3 }, () => ({
    node: timed(node),
    help: timed([...lvs, '--help']),
    list: timed([...lvs, 'vip', 'list', ...figure]),
    preview: timed([...lvs, ...previewed, ...figure, '--on', 'lvs1']),
    previewOnPair: timed([...lvs, ...previewed, ...figure]),
  }));
}

function pair() {
  const figure = ['-c', '/etc/lvs/lvs.yaml'];
  const both = () => [...lvs, 'real', 'set', 'web', '192.168.1.2', '--weight', String((weight++ % 9) + 2), ...figure];
  return Array.from({ length: rounds * 3 }, () => ({
    readHere: timed([...lvs, 'diff', '--on', 'lvs1', ...figure]),
    readThere: timed([...lvs, 'diff', '--on', 'lvs2', ...figure]),
    readBoth: timed([...lvs, 'diff', ...figure]),
    changeThere: timed([...both(), '--on', 'lvs2']),
    changeBoth: timed(both()),
  }));
}

async function atSize({ virtualServers, realServers, file, rules: rulesFile, keepalived }) {
  const rules = readFileSync(rulesFile, 'utf8');
  const wanted = virtualServers * (realServers + 1);
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    await emptied();
    const restore = timed(ipvsadm('-R'), { input: rules });
    if (rulesInKernel() !== wanted) throw new Error(`${rulesInKernel()} rules, not ${wanted}`);
    await emptied();
    const apply = timed(onFile(file, 'apply', '--yes'));
    if (rulesInKernel() !== wanted) throw new Error(`${rulesInKernel()} rules, not ${wanted}`);
    await untilNobodyRuns();
    weight += 1;
    measured.push({
      restore,
      apply,
      node: timed(node),
      addresses: timed(inside('ip', '-j', 'addr')),
      saved: timed(ipvsadm('-Sn')),
      thresholds: timed(ipvsadm('-Ln', '--thresholds')),
      proc: timed(inside('cat', '/proc/net/ip_vs')),
      diff: timed(onFile(file, 'diff')),
      validate: timed(onFile(file, 'validate')),
      set: timed(setWeight(file)),
      setBack: timed(onFile(file, 'real', 'set', 's0', '192.168.0.1', '--weight', '1')),
      setOfFew: timed(setWeight(small.file)),
      ...(await setOfFewOnEmpty()),
    });
    say(`${virtualServers}: ${JSON.stringify(measured.at(-1))}`);
  }
  await emptied();
  const memory = {
    apply: await peakMemory(onFile(file, 'apply', '--yes')),
    diff: await peakMemory(onFile(file, 'diff')),
  };
  await emptied();
  say(`${virtualServers}: ${JSON.stringify(memory)}`);
  return { rounds: measured, memory, keepalived: await keepalivedAtSize(keepalived, wanted) };
}

async function setOfFewOnEmpty() {
  await emptied();
  run(onFile(small.file, 'apply', '--yes'));
  await untilNobodyRuns();
  weight += 1;
  return { setOnEmpty: timed(setWeight(small.file)) };
}

/** Seconds from its start to the full table, and from its reload to a changed weight. */
async function keepalivedAtSize(file, wanted) {
  const changed = `${file}.changed`;
  writeFileSync(changed, readFileSync(file, 'utf8'));
  const begin = performance.now();
  const child = start(inside('keepalived', '-n', '-C', '-f', changed));
  await untilRules(wanted, child);
  const full = (performance.now() - begin) / 1000;
  await pause(1000);
  writeFileSync(changed, readFileSync(file, 'utf8').replace('weight 1\n', 'weight 7\n'));
  const again = performance.now();
  child.kill('SIGHUP');
  while (!/Masq +7 /.test(run(ipvsadm('-Ln', '-t', '10.0.0.1:1000')))) await pause(20);
  return { full, reload: (performance.now() - again) / 1000 };
}

/** It ends with the place that it is in. */
function start([program, ...words]) {
  const child = spawn(program, words, { stdio: 'ignore' });
  started.push(once(child, 'exit'));
  return child;
}

/** Seconds from its start to the full table, and of ipvsadm to the same. */
async function ldirectordAtSize({ virtualServers, realServers, ldirectord: file, rules }) {
  await emptied();
  const restore = timed(ipvsadm('-R'), { input: readFileSync(rules, 'utf8') });
  await emptied();
  const begin = performance.now();
  const child = start(inside(...ldirectord, '-d', file, 'start'));
  await untilRules(virtualServers * (realServers + 1), child);
  return { full: (performance.now() - begin) / 1000, restore };
}

const found = { start: startUps(), pair: pair(), sizes: {} };
// Both routers are in one kernel here, which numbers the virtual servers of /proc/net/ip_vs across them; elsewhere each has its own.
run(['ipvsadm', '-C']);
run(['ssh', 'root@192.168.1.12', 'ipvsadm', '-C']);
for (const size of sizes) found.sizes[size.virtualServers] = await atSize(size);
found.ldirectord = ldirectord === null ? null : await ldirectordAtSize(few);
await emptied();
process.stdout.write(JSON.stringify(found));
