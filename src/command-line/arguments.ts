import { Args } from '@oclif/core';

type Options = Parameters<typeof Args.string>[0] & {};

/** oclif fills an argument that is missing from standard input, which belongs to the script around the command. */
const typed = { ignoreStdin: true } as const;

/** An argument that must be typed. */
export function requiredArgument(options: Options) {
  return Args.string({ ...options, ...typed, required: true });
}

/** An argument that may be left out. */
export function optionalArgument(options: Options) {
  return Args.string({ ...options, ...typed });
}

const vip = { description: 'A virtual server: its name, or its address as far as that is unambiguous.' };
const real = { description: "A real server: its address, with a port where that is not the virtual server's." };

export const vipArgument = requiredArgument(vip);
export const realArgument = requiredArgument(real);

/** For commands that show all virtual servers without it. */
export const optionalVipArgument = optionalArgument(vip);

/** For commands that also take one machine, in every virtual server that it serves. */
export const oneOrAllArguments = { vip: optionalArgument(vip), real: optionalArgument(real) };
