import type { SimulatedPair } from '../../converge/support/simulated-pair.ts';
import type { SimulatedRouter } from '../../converge/support/simulated-router.ts';
import { type Execution, printed, refused, succeeded } from '../../simulated/execution.ts';

/** What a router's traffic control has, and what is to go wrong with it. */
export interface TrafficControl {
  /** As `tc qdisc show` prints them. */
  qdiscs: string;
  /** Modules that the kernel does not have. */
  missing: string[];
  /** Whether iproute2's tc is there. */
  installed: boolean;
  /** The command that fails. */
  refuse: RegExp | null;
}

/** Gives both routers tc, modprobe and what else holding connections back needs; what is run stands in the pair's log. */
export function withTrafficControl(pair: SimulatedPair): Record<'lvs1' | 'lvs2', TrafficControl> {
  return { lvs1: install(pair, pair.lvs1), lvs2: install(pair, pair.lvs2) };
}

function install({ log }: SimulatedPair, { name, kernel }: SimulatedRouter): TrafficControl {
  const control: TrafficControl = { qdiscs: '', missing: [], installed: true, refuse: null };
  const execute = kernel.execute.bind(kernel);
  const run = (line: string): Execution => {
    if (control.refuse?.test(line)) return refused(1, 'RTNETLINK answers: Operation not supported');
    log.push(`${name}: ${line}`);
    return succeeded;
  };
  const batch = (program: string, stdin: string): Execution => {
    for (const [index, line] of stdin.trim().split('\n').entries()) {
      const { status, stderr } = run(`${program} ${line}`);
      if (status !== 0) return { status, stdout: '', stderr: `${stderr}Command failed -:${index + 1}\n` };
    }
    return succeeded;
  };
  const one = (line: string) => (/^(ip|sysctl) /.test(line) ? execute(line.split(' ')) : run(line));
  /** The lines one by one; where one fails, those behind the last for ip all the same. */
  const atOnce = (stdin: string): Execution => {
    const lines = stdin.trim().split('\n');
    for (const [index, line] of lines.entries()) {
      const { status, stderr } = one(line);
      if (status === 0) continue;
      for (const rest of lines.slice(
        Math.max(
          index,
          lines.findLastIndex((each) => each.startsWith('ip ')),
        ) + 1,
      ))
        one(rest);
      return { status: 1, stdout: '', stderr: `${stderr}Command failed -:${index + 1}\n` };
    }
    return succeeded;
  };
  kernel.execute = (argv, stdin = '') => {
    const [program = '', ...words] = argv;
    if (program === 'sh' && words[2] === 'announce') return batch('arping', words.slice(3).join('\n'));
    if (program === 'sh' && words[2] === 'at-once') return atOnce(stdin);
    if (program === 'sh') return run(words.slice(2).join(' '));
    if (program === 'modprobe' && words[0] === '-n') return lacking(control.missing);
    if (program === 'tc' && !control.installed) return refused(127, 'sh: 1: tc: not found');
    if (program === 'tc' && words.join(' ') === 'qdisc show') return printed(control.qdiscs);
    if (program === 'tc' && words[0] === '-batch') return batch('tc', stdin);
    if (program === 'ip' && words[0] === '-batch' && /^(link|route|rule) /.test(stdin)) return batch('ip', stdin);
    if (['modprobe', 'setsid', 'tc', 'touch'].includes(program)) return run(argv.join(' '));
    const isShown = words.includes('show');
    if (program === 'ip' && !isShown && words.some((word) => ['link', 'route', 'rule'].includes(word)))
      return run(argv.join(' '));
    return execute(argv, stdin);
  };
  return control;
}

function lacking(modules: readonly string[]): Execution {
  if (modules.length === 0) return succeeded;
  return { status: 1, stdout: '', stderr: modules.map((name) => `WARNING: Module ${name} not found\n`).join('') };
}
