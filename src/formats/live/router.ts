import type { RouterSpec } from '../../config/schema.ts';
import type { RouterState } from '../../model/state.ts';

/** A router as it was read. */
export interface LiveRouter {
  readonly name: string;
  /** How it is reached; null: it is this machine, alone. */
  readonly spec: RouterSpec | null;
  /** Settings below net.ipv4.vs, and those of IPv6 that its addresses have to do with. */
  readonly state: RouterState;
  /** Others there who move addresses or write rules. */
  readonly rivals?: readonly string[];
}
