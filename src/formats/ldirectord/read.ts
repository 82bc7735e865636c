import type { Imported } from '../imported.ts';
import { Names } from '../names.ts';
import { type Fallback, placeAddresses } from '../placing.ts';
import { Warnings } from '../warnings.ts';
import { readGlobals } from './globals.ts';
import { readSections } from './lines.ts';
import { readVirtualServer } from './virtual-server.ts';

/**
 * Reads ldirectord.cf (ldirectord(8)), as the program does where its manual says otherwise.
 * @throws LvsError invalid-input with the first line that is wrong
 */
export function readLdirectord(text: string, file: string, fallback: Fallback): Imported {
  const warnings = new Warnings();
  const { global, virtuals } = readSections(text, file);
  const defaults = readGlobals(global, warnings);
  const names = new Names();
  const servers = virtuals.flatMap((section) => readVirtualServer(section, defaults, names, warnings) ?? []);
  const placed = placeAddresses(servers, new Map(), fallback, warnings);
  return {
    format: 'ldirectord',
    file,
    routers: [],
    sections: placed.public ? { public: placed.public } : {},
    virtualServers: placed.virtualServers,
    warnings: warnings.all,
  };
}
