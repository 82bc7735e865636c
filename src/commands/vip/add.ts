import { Flags } from '@oclif/core';
import { requiredArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { ChangeCommand } from '../../command-line/change-command.ts';
import { declareVirtualServer } from '../../command-line/declare.ts';
import { settingsOf, virtualServerOptions } from '../../command-line/server-options.ts';
import { selectVirtualServer } from '../../config/select.ts';
import { virtualServerScope } from '../../plan/server-scope.ts';

export default class VipAdd extends ChangeCommand {
  static override summary = 'Declare a virtual server and converge it.';
  static override description =
    'Writes it to the configuration, gives its rules to every router, and its address to the active one. Where it is declared already with the same settings it is converged all the same; with other settings, "lvs vip set" changes it.';
  static override examples = [
    '<%= config.bin %> vip add 1.2.3.1:80 --name web --scheduler wrr',
    '<%= config.bin %> vip add udp://[2001:db8::1]:53 --name dns --one-packet --forward direct',
    '<%= config.bin %> vip add fwmark:7 --floating 1.2.3.1,1.2.3.2 --persistent 300',
  ];
  static override args = {
    address: requiredArgument({
      description: '1.2.3.1:80, udp://1.2.3.1:53, tcp://[2001:db8::1]:80 or fwmark:7; TCP without a scheme.',
    }),
  };
  static override flags = {
    ...changeFlags,
    name: Flags.string({ helpValue: 'NAME', summary: 'What to call it; tcp-1.2.3.1-80 by default.' }),
    ...virtualServerOptions,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(VipAdd);
    const config = this.load(flags);
    const declared = declareVirtualServer(config, args.address, flags.name, settingsOf(flags));
    const { cluster } = declared.config;
    const scope = virtualServerScope(cluster, [selectVirtualServer(cluster, declared.name)]);
    this.finish(await this.change(flags, config, declared.config, { scope }), flags);
  }
}
