import { familyOf } from '../../model/ip.ts';
import type { Command } from '../../plan/change.ts';

/**
 * An IPv6 address announces itself when it comes to a device, unless it comes with `nodad`. So it comes silently first, and
 * when everybody may know, it comes again; meanwhile the loopback device holds it, so that the router has it all the time.
 */
export function reannounce(commands: readonly Command[]): Command[] {
  return commands.flatMap((command) => {
    const { stage, argv } = command;
    const [program, object, action, address = '', ...device] = argv;
    const isIpv6 = program === 'ip' && object === 'addr' && familyOf(address.replace(/\/.*/, '')) === 'ipv6';
    if (stage !== 'enable' || action !== 'add' || !isIpv6) return [command];
    return [
      { stage, argv: [...argv, 'nodad'] },
      tell(['ip', 'addr', 'add', address, 'dev', 'lo']),
      tell(['ip', 'addr', 'del', address, ...device]),
      tell(argv),
      tell(['ip', 'addr', 'del', address, 'dev', 'lo']),
    ];
  });
}

function tell(argv: readonly string[]): Command {
  return { stage: 'tell', argv };
}
