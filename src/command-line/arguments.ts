import { Args } from '@oclif/core';

const vip = { description: 'A virtual server: its name, or its address as far as that is unambiguous.' };
const real = { description: "A real server: its address, with a port where that is not the virtual server's." };

export const vipArgument = Args.string({ ...vip, required: true });
export const realArgument = Args.string({ ...real, required: true });

/** For commands that show all virtual servers without it. */
export const optionalVipArgument = Args.string(vip);

/** For commands that also take one machine, in every virtual server that it serves. */
export const oneOrAllArguments = { vip: Args.string(vip), real: Args.string(real) };
