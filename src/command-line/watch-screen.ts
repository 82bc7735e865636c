import { emitKeypressEvents } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { LvsError } from '../model/errors.ts';
import type { Paint } from '../output/paint.ts';
import type { Bars } from '../output/view.ts';
import { type Key, press, type Shown } from '../output/watch/keys.ts';
import { drawScreen } from '../output/watch/screen.ts';
import { startState, type WatchState } from '../output/watch/state.ts';
import { Terminal } from '../output/watch/terminal.ts';
import type { StatusReader } from './status-reader.ts';
import { restOf } from './watch-pace.ts';

/** So many events are kept. */
const mostEvents = 50;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface WatchOptions {
  readonly reader: StatusReader;
  /** Seconds. */
  readonly interval: number;
  readonly paint: Paint;
  readonly bars: Bars;
}

/** A status that is drawn again and again on this terminal, and what keys make of it. */
export class WatchScreen {
  private readonly options: WatchOptions;
  private readonly terminal = new Terminal(process.stdout);
  private readonly stop = new AbortController();
  private state: WatchState;
  private shown: Shown = { details: true, page: 1 };
  private outcome: 'quit' | 'interrupted' = 'quit';

  constructor(options: WatchOptions) {
    this.options = options;
    this.state = startState(options.reader.file, options.interval);
  }

  /**
   * Until a key or a signal ends it; however it ends, the terminal is as it was before. Throws what the first reading throws;
   * what goes wrong with a later one stands on the screen.
   */
  async run(): Promise<'quit' | 'interrupted'> {
    const clock = setInterval(() => this.draw(), 1000);
    this.listen('on');
    try {
      this.resume();
      const stopped = new Promise((resolve) => this.stop.signal.addEventListener('abort', resolve, { once: true }));
      await Promise.race([this.readAgainAndAgain(), stopped]);
      return this.outcome;
    } finally {
      clearInterval(clock);
      this.stop.abort();
      this.listen('off');
      this.leave();
    }
  }

  private async readAgainAndAgain(): Promise<void> {
    const { reader, interval } = this.options;
    while (!this.stop.signal.aborted) {
      const begin = performance.now();
      this.change({ readingSince: Date.now() });
      try {
        const { document, events, problem } = await reader.read();
        const all = [...this.state.events, ...events].slice(-mostEvents);
        this.change({ document, events: all, problem, readAt: Date.now(), readingSince: null });
      } catch (error) {
        if (!(error instanceof LvsError) || this.state.document === null) throw error;
        this.change({ problem: error.message, readingSince: null });
      }
      await pause(restOf(interval, performance.now() - begin), null, { signal: this.stop.signal }).catch(() => {});
    }
  }

  private change(to: Partial<WatchState>): void {
    this.state = { ...this.state, ...to };
    this.draw();
  }

  private draw(): void {
    const { lines, offset, ...shown } = drawScreen(this.state, this.terminal.size, Date.now(), this.options);
    this.state = { ...this.state, offset };
    this.shown = shown;
    this.terminal.draw(lines);
  }

  private readonly onKey = (_: string | undefined, key: Key): void => {
    const next = press(this.state, key, this.shown);
    if (next === 'quit') this.stop.abort();
    else if (next === 'interrupt') this.interrupt();
    else if (next === 'suspend') this.suspend();
    else this.change(next);
  };

  private readonly interrupt = (): void => {
    this.outcome = 'interrupted';
    this.stop.abort();
  };

  private readonly onResize = (): void => {
    this.terminal.clear();
    this.draw();
  };

  /** In order, whatever ends the process, and before anything is said about that. */
  private readonly leave = (): void => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.pause();
    this.terminal.leave();
  };

  private readonly resume = (): void => {
    if (this.stop.signal.aborted) return;
    if (process.stdin.isTTY) process.stdin.setRawMode(true).resume();
    this.terminal.enter();
    this.draw();
  };

  /** Ctrl-Z: the shell has the terminal until it wakes us. */
  private suspend(): void {
    this.leave();
    process.kill(process.pid, 'SIGTSTP');
    // Where nobody could wake us, nobody stops us either.
    setTimeout(this.resume, 100);
  }

  private listen(way: 'on' | 'off'): void {
    if (process.stdin.isTTY) {
      if (way === 'on') emitKeypressEvents(process.stdin);
      process.stdin[way]('keypress', this.onKey);
    }
    for (const name of signals) process[way](name, this.interrupt);
    process[way]('SIGCONT', this.resume);
    process[way]('exit', this.leave);
    process[way]('uncaughtExceptionMonitor', this.leave);
    process.stdout[way]('resize', this.onResize);
  }
}
