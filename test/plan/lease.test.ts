import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type DecisionMode,
  deciding,
  forcedTimes,
  givingTimes,
  keptTimes,
  returningTimes,
} from '../../src/plan/lease/decide.ts';
import { canHaveMachines, type Machine, TwoMachines } from './support/two-networks.ts';

const address = '192.0.2.1';
const held = { address, prefix: 32, device: 'eth0', label: 'eth0:1', secondary: false };
const add = ['ip', 'addr', 'add', `${address}/32`, 'dev', 'eth0', 'label', 'eth0:1'];
const del = ['ip', 'addr', 'del', `${address}/32`, 'dev', 'eth0'];
const moving = {
  addresses: [held],
  audible: { ipv4: [held], ipv6: [] },
  enable: [{ stage: 'enable', argv: add }],
  disable: [{ stage: 'disable', argv: del }],
} as const;

describe.runIf(canHaveMachines)('two routers that cannot talk to each other', { timeout: 200_000 }, () => {
  let machines: TwoMachines;
  let directory: string;
  let old: Machine;
  let target: Machine;
  beforeEach(async () => {
    machines = await TwoMachines.start();
    [old, target] = [machines.a, machines.b];
    directory = mkdtempSync(path.join(tmpdir(), 'lvs-lease-'));
    writeFileSync(path.join(directory, 'logger'), '#!/bin/sh\n');
    chmodSync(path.join(directory, 'logger'), 0o755);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
    machines.stop();
  });
  const enable = (machine: Machine) => machine.run(add.join(' '));
  const decide = (machine: Machine, mode: DecisionMode, times = keptTimes) =>
    machine.start(deciding(mode, 'iputils', movingOn(machine), times), directory, directory);
  const movingOn = (machine: Machine) => ({
    ...moving,
    macs: [(machine === old ? target : old).mac('eth0')],
    own: new Map([['eth0', machine === old ? '192.0.2.10' : '192.0.2.11']]),
  });
  const interfere = () => machines.stranger.run(`ip addr add ${address}/32 dev br0`);
  const owners = () => [old.has(address), target.has(address)];
  const isKept = () => existsSync(path.join(directory, 'kept'));

  it('both have the addresses: the one that has taken them releases them, before the other one decides', async () => {
    enable(old);
    enable(target);
    const other = decide(old, 'releaser');
    expect(await decide(target, 'taker')).toBe(0);
    expect(owners()).toEqual([true, false]);
    expect(await other).toBe(0);
    expect(owners()).toEqual([true, false]);
    expect(isKept()).toBe(false);
  });

  it.each([
    ['', () => {}],
    [' though a third machine answers, too', () => interfere()],
  ])('only the one that has taken them has them: they stay there%s', async (_, meanwhile) => {
    meanwhile();
    enable(target);
    await Promise.all([decide(target, 'taker'), decide(old, 'releaser')]);
    expect(owners()).toEqual([false, true]);
    expect(isKept()).toBe(true);
  });

  it('a third machine answers, ahead of others or not: the two agree as they would without it', async () => {
    interfere();
    enable(old);
    enable(target);
    await Promise.all([decide(target, 'taker'), decide(old, 'releaser')]);
    expect(owners()).toEqual([true, false]);
  });

  it('a third machine answers to one that listens: it keeps them', async () => {
    enable(target);
    interfere();
    writeFileSync(path.join(directory, 'kept'), '');
    await decide(target, 'listener', { patience: 2, longest: 7 });
    expect(owners()).toEqual([false, true]);
  });

  it('they are given back, and only to the other router', async () => {
    enable(target);
    interfere();
    expect(await decide(target, 'giver', { patience: 2 })).toBe(1);
    const giver = decide(target, 'giver', givingTimes);
    enable(old);
    expect(await giver).toBe(0);
  });

  it('one has them again when the other has released them', async () => {
    enable(old);
    enable(target);
    interfere();
    const returner = decide(old, 'returner', { patience: 60 });
    await pause(3000);
    target.run(del.join(' '));
    expect(await returner).toBe(0);
    expect(owners()).toEqual([true, false]);
  });

  it('one has them again while the other keeps them: it removes them', async () => {
    enable(old);
    enable(target);
    expect(await decide(old, 'returner', returningTimes)).toBe(1);
    expect(owners()).toEqual([false, true]);
  });

  it('none has them: the one that had them before enables them again', async () => {
    await Promise.all([decide(target, 'taker'), decide(old, 'releaser')]);
    expect(owners()).toEqual([true, false]);
  });

  it('the old one wakes up with them when the other one has long decided: it releases them', async () => {
    enable(old);
    enable(target);
    writeFileSync(path.join(directory, 'kept'), '');
    const listener = decide(target, 'listener');
    await decide(old, 'releaser');
    expect(owners()).toEqual([false, true]);
    rmSync(path.join(directory, 'kept'));
    await listener;
    expect(owners()).toEqual([false, true]);
  });

  it('the target wakes up with them when the old one has long decided: it releases them', async () => {
    enable(old);
    await decide(old, 'releaser');
    enable(target);
    await decide(target, 'taker');
    expect(owners()).toEqual([true, false]);
  });

  it('one that did not answer wakes up with them, and knows of nothing: the one that has taken them releases them', async () => {
    enable(target);
    writeFileSync(path.join(directory, 'kept'), '');
    const unknown = { ...movingOn(target), macs: null };
    const listener = target.start(deciding('listener', 'iputils', unknown, forcedTimes), directory, directory);
    await pause(3000);
    expect(owners()).toEqual([false, true]);
    enable(old);
    await vi.waitFor(() => expect(owners()).toEqual([true, false]), { timeout: 25_000, interval: 100 });
    await listener;
  });

  it('the network between them was cut, so that both have them: when it is back, the old one has them alone', async () => {
    enable(old);
    enable(target);
    old.run('ip link set eth0 down');
    await Promise.all([decide(target, 'taker'), decide(old, 'releaser')]);
    expect(owners()).toEqual([true, true]);
    const listener = decide(target, 'listener');
    await pause(500);
    old.run('ip link set eth0 up');
    await vi.waitFor(() => expect(owners()).toEqual([true, false]), { timeout: 25_000, interval: 100 });
    await listener;
  });
});
