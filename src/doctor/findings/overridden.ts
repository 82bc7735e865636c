import type { Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** What `--fix` kept, and a file that is read later undoes at the next boot. */
export function overriddenFindings({ kept, lasting }: Examined): Finding[] {
  return [...kept].flatMap(([name, { value, file }]) => {
    const last = lasting.get(name);
    if (last === undefined || last.value === value) return [];
    return [
      findingOf({
        id: 'not-kept',
        severity: 'warning',
        what: `${file} sets ${name} to ${value}, and ${last.file}, which is read later, to ${last.value}`,
        why: 'the next boot undoes what was fixed',
        mend: `grep -n ${name} ${last.file} # and remove that line`,
      }),
    ];
  });
}
