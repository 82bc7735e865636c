import type { DoctorDocument, FindingDocument } from '../../../src/output/doctor.ts';
import type { TestHost } from './cluster.ts';
import { lvsJson } from './lvs.ts';

/** What `lvs doctor` found, and how it ended. */
export interface Found {
  readonly status: number | null;
  readonly document: DoctorDocument;
  /** Ids by router, those of notes left out. */
  readonly wrong: Readonly<Record<string, readonly string[]>>;
  /** The finding of that id on a router. */
  finding(router: string, id: string): FindingDocument | undefined;
}

/** Runs `lvs doctor` with words behind it. */
export async function runDoctor(host: TestHost, words = ''): Promise<Found> {
  const { status, document } = await lvsJson<DoctorDocument>(host, `doctor ${words}`);
  const findings = new Map(document.routers.map((router) => [router.name, router.findings]));
  return {
    status,
    document,
    wrong: Object.fromEntries(
      [...findings]
        .map(([name, all]) => [name, all.filter(({ severity }) => severity !== 'note').map(({ id }) => id)] as const)
        .filter(([, ids]) => ids.length > 0),
    ),
    finding: (router, id) => findings.get(router)?.find((each) => each.id === id),
  };
}
