import { addAddress, deleteAddress } from '../../grammar/ip-commands.ts';
import { shellWords } from '../../grammar/shell.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { holds } from './declared.ts';
import { findingOf } from './setting.ts';

/** Floating addresses that are on a device, and of which the kernel makes no use. */
export function unusableFindings(router: Examined, { routers }: Examination): Finding[] {
  const floating = (router.state?.unusable ?? []).filter(({ address }) => router.desired.floating.has(address));
  return floating.map((found) => {
    const { address, device, because } = found;
    const owner = routers.find((each) => each !== router && holds(each, address));
    const remove = shellWords(['ip', ...deleteAddress(found)]);
    return findingOf({
      id: 'address-unusable',
      severity: 'problem',
      what: `the kernel does not use ${address} on ${device} (${because})`,
      why:
        because === 'dadfailed'
          ? 'another machine had it when it was added: nothing answers for it here'
          : 'it has not found out whether another machine has it: nothing answers for it here',
      mend:
        owner === undefined
          ? `${remove} && ${shellWords(['ip', ...addAddress(found)])} # if no other machine has it any more; or "lvs apply"`
          : `${remove} # ${owner.name} has it`,
    });
  });
}
