import { readFile } from 'node:fs/promises';
import { type Finished, type ProcessOptions, type Running, run, start } from './process.ts';

export interface CommandOptions extends ProcessOptions {
  /** Working directory; default `/`. */
  readonly directory?: string;
}

/** A host of the rehearsal, as one who sits at it. */
export interface Host {
  readonly name: string;
  /** Runs a command there to its end. Rejects at the time limit. */
  run(argv: readonly string[], options?: CommandOptions): Promise<Finished>;
  /** Starts a command there. */
  start(argv: readonly string[], options?: CommandOptions): Promise<Running>;
  /** The program and words that run a command there from outside. */
  argvThere(argv: readonly string[], options?: CommandOptions): Promise<readonly string[]>;
  /** Sends a signal to a command that was started there, and to it alone. */
  signal(running: Running, signal: NodeJS.Signals): Promise<void>;
}

/** Where the network namespaces have names: ip-netns(8). */
export function networkNamespaceFile(host: string): string {
  return `/run/netns/${host}`;
}

/** A host that is no more than a network of its own: the client, a real server. */
export function networkHost(name: string): Host {
  const argvThere = async (argv: readonly string[], { directory }: CommandOptions = {}) => [
    'nsenter',
    `--net=${networkNamespaceFile(name)}`,
    '--',
    ...inDirectory(directory, argv),
  ];
  return hostOf(name, argvThere, async ({ pid }) => pid);
}

/**
 * A host with processes, files and a name of its own.
 * @param holder the process that holds its namespaces; asked for anew each time, because a restart changes it
 */
export function machineHost(name: string, holder: () => Promise<number>): Host {
  const argvThere = async (argv: readonly string[], { directory }: CommandOptions = {}) => {
    const pid = await holder();
    // The holder itself is outside of the process namespace that it made for its child.
    return [
      'nsenter',
      `--target=${pid}`,
      '--mount',
      '--uts',
      '--net',
      `--pid=/proc/${pid}/ns/pid_for_children`,
      '--',
      ...inDirectory(directory, argv),
    ];
  };
  // nsenter waits for its child, which is the command.
  return hostOf(name, argvThere, async ({ pid }) => {
    const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ');
    return Number(child);
  });
}

/** @param processOf the command itself, of what was started here to run it */
function hostOf(name: string, argvThere: Host['argvThere'], processOf: (running: Running) => Promise<number>): Host {
  return {
    name,
    argvThere,
    run: async (argv, options = {}) => run(await argvThere(argv, options), options),
    start: async (argv, options = {}) => start(await argvThere(argv, options), options),
    signal: async (running, signal) => {
      process.kill(await processOf(running), signal);
    },
  };
}

function inDirectory(directory: string | undefined, argv: readonly string[]): readonly string[] {
  return directory === undefined ? argv : ['env', `--chdir=${directory}`, ...argv];
}
