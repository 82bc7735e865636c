import type { Run } from '../../../src/converge/run.ts';
import { electionPlaces } from '../../../src/plan/election/places.ts';
import { clusterOf, figure, SimulatedPair } from './simulated-pair.ts';

const text = figure.replace('public:', 'failover: { engine: keepalived }\npublic:');

const by = 'installed by ann, from desk, now: lvs apply';
const run = (yaml: string): Partial<Run> => ({
  cluster: clusterOf(yaml),
  keeping: { file: 'lvs.yaml', before: yaml, text: yaml, by, overwrite: false },
});

/** The figure under keepalived. */
export const small = run(text);
/** With one more virtual server. */
export const withShop = run(`${text}  shop:
    address: tcp://1.2.3.2:80
    scheduler: wrr
    real-servers: [192.168.1.4]
`);
/** Nothing is declared. */
export const none = run(text.slice(0, text.indexOf('private:')));

/** With both virtual servers, and the addresses where keepalived put them. */
export async function pairWithKeepalived(): Promise<SimulatedPair> {
  const pair = new SimulatedPair();
  const { routers } = await pair.preview(withShop);
  for (const { kernel, name } of pair.routers) {
    const plan = routers.find((router) => router.name === name);
    kernel.files.write(electionPlaces.config, plan?.target.files.get(electionPlaces.config)?.content ?? '');
  }
  for (const words of ['1.2.3.1/32 dev eth0 label eth0:1', '1.2.3.2/32 dev eth0 label eth0:2']) {
    pair.lvs1.kernel.execute(`ip addr add ${words}`.split(' '));
  }
  pair.lvs1.kernel.execute('ip addr add 192.168.1.254/32 dev eth1 label eth1:1'.split(' '));
  return pair;
}
