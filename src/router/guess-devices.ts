import { execa } from 'execa';
import { parseAddresses } from '../grammar/addresses.ts';

export interface GuessedDevices {
  readonly publicDevice: string | null;
  readonly privateDevice: string | null;
}

/** What this machine's own routes and addresses suggest; null where they say nothing, or ip(8) is not there. */
export async function guessDevices(): Promise<GuessedDevices> {
  const [routes, addresses] = await Promise.all([ip('route', 'show', 'default'), ip('addr', 'show')]);
  if (routes === null || addresses === null) return { publicDevice: null, privateDevice: null };
  const publicDevice = defaultDevice(routes);
  const table = parseAddresses(addresses);
  const loopback = new Set(
    table.addresses.filter(({ address }) => address.startsWith('127.')).map(({ device }) => device),
  );
  const others = table.devices.filter(({ name, up }) => up && name !== publicDevice && !loopback.has(name));
  const addressed = new Set(table.addresses.map(({ device }) => device));
  const candidates = others.filter(({ name }) => addressed.has(name)).map(({ name }) => name);
  return {
    publicDevice: publicDevice ?? candidates[0] ?? null,
    privateDevice: candidates.at(publicDevice === null ? 1 : 0) ?? null,
  };
}

async function ip(...args: string[]): Promise<string | null> {
  const { stdout, failed } = await execa('ip', ['-j', ...args], { reject: false, env: { LC_ALL: 'C' } });
  return failed ? null : stdout;
}

function defaultDevice(routes: string): string | null {
  const [first]: { dev?: string }[] = JSON.parse(routes || '[]');
  return first?.dev ?? null;
}
