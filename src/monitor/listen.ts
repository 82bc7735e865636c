import { isIP } from 'node:net';
import { LvsError } from '../model/errors.ts';

/** An address of this machine. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** `9654`, `127.0.0.1:9654`, `[::1]:9654`. Throws `invalid-input`. */
export function parseListen(text: string): Listen {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]:|([^:]+):)?(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '127.0.0.1';
  const port = Number(digits);
  if (isIP(host) !== 0 && port >= 1 && port <= 65_535) return { host, port };
  throw new LvsError('invalid-input', `--metrics: "${text}" is no address and port`, {
    hint: 'as in --metrics 9654, --metrics 192.168.1.11:9654 or --metrics [::1]:9654',
  });
}
