import { spawn } from 'node:child_process';

/**
 * Tells systemd how the service is: sd_notify(3), by the program systemd-notify(1), for which the unit needs
 * `NotifyAccess=all`. Without systemd ($NOTIFY_SOCKET) nobody is told.
 */
export class ServiceManager {
  private readonly listening = process.env.NOTIFY_SOCKET !== undefined;
  private readonly watchdog = Number(process.env.WATCHDOG_USEC ?? 0) / 1_000_000;
  private beaten = 0;

  ready(): void {
    this.tell('--ready');
  }

  stopping(): void {
    this.tell('STOPPING=1');
  }

  /** A sign of life, as often as the watchdog wants it; `now` in seconds. */
  alive(now: number): void {
    if (this.watchdog === 0 || now - this.beaten < this.watchdog / 2) return;
    this.beaten = now;
    this.tell('--no-block', 'WATCHDOG=1');
  }

  /** What `systemctl status` shows. */
  status(text: string): void {
    this.tell(`--status=${text}`);
  }

  private tell(...words: string[]): void {
    if (!this.listening) return;
    spawn('systemd-notify', words, { stdio: 'ignore' }).on('error', () => {});
  }
}
