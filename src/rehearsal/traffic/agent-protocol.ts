import type { Caller, Endpoint } from '../topology/topology.ts';
import type { TrafficOptions } from './generator.ts';

/** What the traffic agent can be asked for. */
export type AgentAction =
  | {
      readonly action: 'burst';
      readonly endpoints: readonly Endpoint[];
      readonly requests: number;
      readonly caller?: Caller;
    }
  | { readonly action: 'start'; readonly options: TrafficOptions; readonly phase: string }
  | { readonly action: 'mark'; readonly phase: string }
  | { readonly action: 'stop' };

export type AgentRequest = AgentAction & { readonly id: number };

export interface AgentReply {
  readonly id: number;
  readonly result: unknown;
}
