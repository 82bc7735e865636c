import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LvsError } from '../../model/errors.ts';
import { needsWholeRegisters } from './whole-registers.ts';

/** Programs that the rehearsal kernel runs, with the Debian package that has each. */
const packageOfProgram = {
  'linux.uml': 'user-mode-linux',
  ipvsadm: 'ipvsadm',
  ip: 'iproute2',
  modprobe: 'kmod',
  arping: 'iputils-arping',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  unshare: 'util-linux',
  taskset: 'util-linux',
  hostname: 'hostname',
  pkill: 'procps',
  cc: 'gcc',
} as const;

export type RequiredProgram = keyof typeof packageOfProgram;

/** The directories that programs are looked for in, here and in the rehearsal kernel. */
export const programDirectories = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
] as const;

/**
 * Looks for every program that a rehearsal needs.
 *
 * @param extra directories to look in besides the usual ones, as in PATH
 * @throws LvsError `command-failed`, with the one command that installs what is missing
 */
export async function checkRequirements(extra = process.env.PATH ?? ''): Promise<void> {
  const directories = [...new Set([...extra.split(delimiter).filter(Boolean), ...programDirectories])];
  const programs = Object.keys(packageOfProgram) as RequiredProgram[];
  const found = await Promise.all(programs.map((program) => isInstalled(program, directories)));
  const absent = programs.filter((_, index) => !found[index]);
  const missing = absent.includes('cc') && !(await needsWholeRegisters()) ? absent.filter((p) => p !== 'cc') : absent;
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => packageOfProgram[program]))];
  throw new LvsError('command-failed', `A rehearsal needs programs that are not installed: ${missing.join(', ')}`, {
    details: missing.map((program) => ({
      message: `${program} was not found`,
      allowed: `Debian package ${packageOfProgram[program]}`,
    })),
    hint: `sudo apt-get install -y ${packages.join(' ')}`,
  });
}

async function isInstalled(program: string, directories: readonly string[]): Promise<boolean> {
  for (const directory of directories) {
    const executable = await access(join(directory, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return true;
  }
  return false;
}
