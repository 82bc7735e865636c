/** Keys whose values are programs, with their arguments, that lvs has run: on the routers, or by its monitor. */
const programKeys = new Set(['exec', 'control', 'notify']);

/** Where such keys stand in the value of an lvs.yaml, as `failover.control`. */
export function programsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => programsIn(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const place = path === '' ? key : `${path}.${key}`;
    return programKeys.has(key) && item !== null ? [place] : programsIn(item, place);
  });
}
