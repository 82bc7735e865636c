import { accessSync, constants, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** Where LVM is when it is not on the PATH, as it is not for ordinary users. */
const systemFolders = ['/usr/sbin', '/sbin'];

/**
 * LVM's lvs: the first one on the system that is neither this program nor another copy of it.
 * @param searchPath `$PATH`.
 * @param ourselves the path that this program was called by.
 * @param others where to look besides.
 */
export function findLvm(searchPath: string, ourselves: string, others = systemFolders): string | null {
  const ourScript = basename(realpathSync(ourselves));
  const candidates = [...searchPath.split(':').filter(isAbsolute), ...others].map((folder) => join(folder, 'lvs'));
  return (
    candidates.find((candidate) => isExecutable(candidate) && basename(realpathSync(candidate)) !== ourScript) ?? null
  );
}

/** LVM's vgs, which is beside its lvs. */
export function vgsBeside(lvs: string): string {
  return join(dirname(lvs), 'vgs');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
