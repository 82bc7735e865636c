import { installKeepalived } from '../keepalived.ts';
import type { SetUp } from '../scenario.ts';

const setUps = new Map<number, SetUp>();

/** keepalived alone: it has the addresses and the sync daemons, and nobody else does anything. */
export function keepalivedAlone(advertInterval: number): SetUp {
  const present = setUps.get(advertInterval);
  if (present !== undefined) return present;
  const setUp: SetUp = {
    name: `keepalived, advert ${advertInterval} s`,
    install: (cluster) => installKeepalived(cluster, advertInterval),
  };
  setUps.set(advertInterval, setUp);
  return setUp;
}
