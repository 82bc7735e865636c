import type { Draft } from '../draft.ts';
import type { Report } from '../mistake.ts';
import { checkChecks } from './checks.ts';
import { checkFloatingAddresses } from './floating.ts';
import { checkLabels } from './labels.ts';
import { checkMonitoring } from './monitoring.ts';
import { checkPersistence } from './persistence.ts';
import { checkRealServers } from './real-servers.ts';
import { checkRouters } from './routers.ts';
import { checkVirtualServers } from './virtual-servers.ts';

/** What parts of lvs.yaml that are sound by themselves must not say together. */
export function checkRules(draft: Draft, report: Report): void {
  checkRouters(draft, report);
  checkVirtualServers(draft, report);
  checkFloatingAddresses(draft, report);
  checkLabels(draft, report);
  for (const server of draft.virtualServers) {
    checkPersistence(server, report);
    checkChecks(server, report);
    checkMonitoring(server, report);
    checkRealServers(server, draft.sections.sync !== undefined, report);
  }
}
