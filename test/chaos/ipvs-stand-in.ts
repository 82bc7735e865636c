import { mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { schedulers } from '../../src/model/schedulers.ts';
import { DeviceTable } from '../simulated/device-table.ts';
import { type Execution, printed } from '../simulated/execution.ts';
import { SimulatedFiles } from '../simulated/files.ts';
import { IpvsTable } from '../simulated/ipvs-table.ts';
import { ipvsadm } from '../simulated/ipvsadm.ts';
import { procTable, savedRules } from '../simulated/ipvsadm-output.ts';
import type { Router } from '../simulated/router.ts';
import { Sysctls } from '../simulated/sysctl.ts';
import { socketOf } from './programs.ts';

/**
 * The IPVS of a router whose kernel has none, for the client that stands there in the place of ipvsadm. It is not on the router:
 * like a kernel's table it does not stop when the router's processes do.
 */
export class IpvsStandIn {
  readonly #router: string;
  #kernel = emptyKernel();
  #server: Server | null = null;

  constructor(router: string) {
    this.#router = router;
  }

  async listen(): Promise<void> {
    const path = socketOf(this.#router);
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    this.#server = server;
  }

  close(): void {
    this.#server?.close();
  }

  /** As a router is that has just booted. */
  reset(): void {
    this.#kernel = emptyKernel();
  }

  rules(): string {
    return savedRules(this.#kernel.ipvs);
  }

  execute(argv: readonly string[], input = ''): Execution {
    if (argv[0] === 'proc') return printed(procTable(this.#kernel.ipvs));
    return ipvsadm(this.#kernel, argv, input);
  }

  #serve(socket: Socket): void {
    const chunks: Buffer[] = [];
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => {
      const [words = '', input = ''] = unpack(Buffer.concat(chunks));
      const { status, stdout, stderr } = this.execute(words === '' ? [] : words.split('\0'), input);
      const number = Buffer.alloc(4);
      number.writeUInt32BE(status);
      socket.end(Buffer.concat([number, pack(stdout), pack(stderr)]));
    });
  }
}

function emptyKernel(): Router {
  const names = ['lo', 'eth0', 'eth1'];
  const devices = names.map((name) => ({ name, up: true, carrier: true, mac: '' }));
  return {
    ipvs: new IpvsTable(Object.keys(schedulers), ['sip']),
    devices: new DeviceTable(devices, () => false),
    sysctls: new Sysctls(names, {}),
    timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
    daemons: [],
    files: new SimulatedFiles(),
    announcements: [],
    neighbours: new Set(),
    attempt: (_, change) => change(),
  };
}

function pack(text: string): Buffer {
  const content = Buffer.from(text);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([size, content]);
}

function unpack(data: Buffer): string[] {
  const parts: string[] = [];
  for (let at = 0; at + 4 <= data.length; ) {
    const size = data.readUInt32BE(at);
    parts.push(data.toString('utf8', at + 4, at + 4 + size));
    at += 4 + size;
  }
  return parts;
}
