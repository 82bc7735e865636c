import type { Packet } from '../../../src/doctor/firewall/verdict.ts';

/** What a router of the figure must hear: synchronisation from the other one. */
export const sync: Packet = {
  hook: 'input',
  protocol: 'udp',
  source: '192.168.1.12',
  destination: '224.0.0.81',
  destinationPort: 8848,
  in: 'eth1',
  state: 'new',
};

/** What nft(8) prints of a map from states to verdicts: new connections are dropped. */
export const stateMap = {
  vmap: {
    key: { ct: { key: 'state' } },
    data: {
      set: [
        ['established', { accept: null }],
        ['new', { drop: null }],
      ],
    },
  },
};
