import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { exposureOf } from '../converge/who-can-write.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { monitored } from './targets.ts';

/** The configuration as it is now, read again when its file is another one. */
export class ConfigSource {
  private readonly path: string;
  private readonly read: () => Config;
  private seen: string;
  /** As it was when this began. */
  readonly first: Config;

  /**
   * Throws what `read` throws, and `refused` where it would have programs run that not only root can choose.
   * @param path of the file
   */
  constructor(path: string, read: () => Config) {
    this.path = path;
    this.read = read;
    this.seen = stampOf(path);
    this.first = this.load();
  }

  get changed(): boolean {
    return stampOf(this.path) !== this.seen;
  }

  /** Reads it again. Throws as the constructor does; whoever asked goes on with what they have. */
  again(): Config {
    // Before it is read: what is written meanwhile is seen the next time.
    this.seen = stampOf(this.path);
    return this.load();
  }

  private load(): Config {
    const config = this.read();
    requireRootOnly(this.path, config.cluster);
    return config;
  }
}

/** Of what would change when somebody writes the file, or puts another one in its place. */
export function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch {
    return 'gone';
  }
}

/** Whoever the monitor runs as: only root may choose programs. */
function requireRootOnly(path: string, cluster: Cluster): void {
  if (!monitored(cluster).some(({ check }) => check?.type === 'exec')) return;
  const exposure = exposureOf(path, statSync(path), new Set([0]));
  if (exposure === null) return;
  const { place, why } = exposure;
  throw new LvsError(
    'refused',
    `${path} has checks that run programs, and ${place === path ? '' : `${place}: `}${why}`,
    {
      hint: `chown root ${place} && chmod go-w ${place} # after a look through it; or keep it in /etc/lvs`,
    },
  );
}
