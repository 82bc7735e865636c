import { quiescentSetting } from '../model/draining.ts';
import type { RouterState, VirtualServer } from '../model/state.ts';
import type { Scope } from './scope.ts';

/**
 * What becomes of clients whose real server is given weight 0 although it stays: a line for each virtual server where that is
 * not just that they go elsewhere. Real servers that a command names are looked at also where they have weight 0 already.
 */
export function quiesceNotes(live: RouterState, target: RouterState, scope: Scope): string[] {
  return [...target.virtualServers].flatMap(([key, server]) => {
    const named = scope.everything ? undefined : scope.realServers.get(key);
    const before = live.virtualServers.get(key)?.realServers;
    const quiesced: string[] = [];
    server.realServers.forEach(({ weight }, realKey) => {
      if (weight !== 0) return;
      const former = before?.get(realKey)?.weight;
      if (former !== undefined && (former > 0 || named?.has(realKey) === true)) quiesced.push(realKey);
    });
    return quiesced.length === 0 ? [] : [...stays(key, server, quiesced, target), ...refuses(key, server, quiesced)];
  });
}

/** Templates go on sending a client to a real server of weight 0, and each of its connections makes them last longer. */
function stays(
  key: string,
  { persistent }: VirtualServer,
  reals: readonly string[],
  { settings }: RouterState,
): string[] {
  if (persistent === null || settings.get(quiescentSetting) !== '0') return [];
  const setting = quiescentSetting.slice(quiescentSetting.lastIndexOf('.') + 1);
  return [
    `note: ${key} is persistent: clients that were at ${reals.join(', ')} still come to it, with new connections too, until they have stayed away for ${persistent} s or more; so that they go elsewhere at weight 0, declare "settings: { ${setting}: 1 }" and "lvs apply" it, or run "sysctl -w ${quiescentSetting}=1"`,
  ];
}

/** These hash a client to a real server whether that has a weight or not. */
function refuses(key: string, { scheduler, flags }: VirtualServer, reals: readonly string[]): string[] {
  const hashes = scheduler === 'dh' || (scheduler === 'sh' && !flags.includes('sh-fallback'));
  if (!hashes) return [];
  const way =
    scheduler === 'sh' ? 'the flag sh-fallback sends them elsewhere' : 'another scheduler sends them elsewhere';
  return [
    `note: ${key} has the scheduler ${scheduler}: new clients that it hashes to ${reals.join(', ')} are refused as long as that has weight 0; ${way}`,
  ];
}
