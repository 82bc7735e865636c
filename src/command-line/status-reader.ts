import type { Config } from '../config/config.ts';
import { selectVirtualServer } from '../config/select.ts';
import type { Inspection } from '../converge/inspect.ts';
import { keepingOf } from '../converge/kept-files.ts';
import { Watch } from '../converge/watch.ts';
import { LvsError } from '../model/errors.ts';
import { stampOf } from '../monitor/config-source.ts';
import { type StatusDocument, statusDocument } from '../output/status-document.ts';
import { eventsBetween, type WatchEvent } from '../output/watch/events.ts';
import { standardInput } from './standard-input.ts';

export interface StatusReading {
  readonly document: StatusDocument;
  /** What happened since the reading before, the oldest first. */
  readonly events: readonly WatchEvent[];
  /** Why the configuration that was read before goes on; null: it is as its file says. */
  readonly problem: string | null;
}

export interface StatusReaderOptions {
  /** Reads and checks the configuration. */
  readonly load: () => Config;
  /** The command as it was typed. */
  readonly typed: string;
  readonly on: string | null;
  /** The virtual server that it is about; null: all. */
  readonly vip: string | null;
  readonly statistics: boolean;
}

/** Reads the status again and again, over the same sessions, by the configuration as it is at the time. */
export class StatusReader {
  private readonly options: StatusReaderOptions;
  private readonly watch: Watch;
  private before: Inspection | null = null;
  private config: Config;
  private stamp: string;
  private problem: string | null = null;

  /** Throws as `load` does, and `not-found` or `ambiguous` where `vip` is not one virtual server. */
  constructor(options: StatusReaderOptions) {
    this.options = options;
    this.watch = new Watch(options.on);
    this.config = options.load();
    this.stamp = stampOf(this.config.file);
    this.only(this.config);
  }

  get file(): string {
    return this.config.file;
  }

  /** Throws `read-failed` where a router that answers cannot be read. */
  async read(): Promise<StatusReading> {
    this.follow();
    const { typed, statistics } = this.options;
    const { cluster, file, text } = this.config;
    const keeping = keepingOf(typed, file, text, text);
    const inspection = await this.watch.read(cluster, { statistics, rates: true, keeping });
    const events = eventsBetween(this.before, inspection, new Date().toISOString());
    this.before = inspection;
    const document = statusDocument(cluster, file, inspection, this.only(this.config));
    return { document, events, problem: this.problem };
  }

  close(): Promise<void> {
    return this.watch.close();
  }

  /** Somebody may edit the configuration meanwhile: what was right before would look like drift. */
  private follow(): void {
    if (this.config.file === standardInput) return;
    const stamp = stampOf(this.config.file);
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    try {
      const config = this.options.load();
      this.only(config);
      this.config = config;
      this.problem = null;
    } catch (error) {
      if (!(error instanceof LvsError)) throw error;
      this.problem = `the configuration that was read before goes on: ${error.message}`;
    }
  }

  private only({ cluster }: Config) {
    return this.options.vip === null ? null : selectVirtualServer(cluster, this.options.vip);
  }
}
