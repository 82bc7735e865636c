import { expect } from 'vitest';
import type { ChangesDocument } from '../../../src/output/document.ts';
import type { TestHost } from './cluster.ts';

/** What `lvs … --json` printed, and its exit status. */
export interface LvsResult<T = ChangesDocument> {
  readonly status: number | null;
  readonly document: T;
  readonly stderr: string;
}

/** A document that ends in an error, beside what else was done. */
export interface ErrorDocument extends ChangesDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly { readonly message: string }[];
    readonly hint?: string;
  };
}

/** Runs lvs with `--json`, as typed behind the program's name. */
export async function lvsJson<T = ChangesDocument>(host: TestHost, words: string): Promise<LvsResult<T>> {
  const { status, stdout, stderr } = await host.run(`lvs ${words} --json`, { timeLimitSeconds: 200 });
  return { status, document: JSON.parse(stdout), stderr };
}

/** All commands of a document, by router. */
export function commandsOf(document: ChangesDocument): Record<string, string[]> {
  const entries = document.routers.map(
    ({ name, changes }) => [name, changes.flatMap(({ commands }) => commands)] as const,
  );
  return Object.fromEntries(entries.filter(([, commands]) => commands.length > 0));
}

/** The floating addresses of a router's devices, as `ip` shows them: `1.2.3.1/32 eth0:1`. */
export async function aliases(host: TestHost): Promise<string[]> {
  const links: { ifname: string; addr_info: { local: string; prefixlen: number; label?: string; family: string }[] }[] =
    JSON.parse(await host.output('ip -j addr show'));
  return (
    links
      // The loopback device has an IPv6 address for as long as that takes to announce itself again elsewhere.
      .filter(({ ifname }) => ifname !== 'lo')
      .flatMap(({ addr_info }) => addr_info)
      .filter(({ prefixlen, family }) => prefixlen === (family === 'inet' ? 32 : 128))
      .map(({ local, prefixlen, label }) => `${local}/${prefixlen}${label === undefined ? '' : ` ${label}`}`)
      .sort()
  );
}

/** A second run finds nothing to do: what every test of a change ends with. */
export async function expectConverged(host: TestHost): Promise<void> {
  const { status, document } = await lvsJson(host, 'apply --yes');
  expect({ status, changed: document.changed, commands: commandsOf(document) }).toEqual({
    status: 0,
    changed: false,
    commands: {},
  });
}
