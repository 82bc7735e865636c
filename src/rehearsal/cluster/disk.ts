import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouterHost } from '../topology/topology.ts';
import { writeFileWithMode } from './files.ts';
import { type Identity, identityFiles } from './identity.ts';

/**
 * Gives a router a new disk: what differs from this machine's own /etc and /var, and an lvs.yaml.
 * @param configFile text of /etc/lvs/lvs.yaml; null: there is none
 */
export async function writeDisk(
  disk: string,
  router: RouterHost,
  routers: readonly RouterHost[],
  identity: Identity,
  configFile: string | null,
): Promise<void> {
  await rm(disk, { recursive: true, force: true });
  const files = await identityFiles(router, routers, identity);
  for (const [path, { content, mode }] of files) await writeFileWithMode(join(disk, upperPath(path)), content, mode);
  await writeFileWithMode(join(disk, 'new'), '', 0o644);
  if (configFile !== null) await writeFileWithMode(join(disk, 'lvs.yaml'), configFile, 0o644);
}

/** `etc/hosts` to `etc/upper/hosts`: the layer in which a router's files differ from this machine's. */
function upperPath(path: string): string {
  return path.replace(/^(etc|var)\//, '$1/upper/');
}
