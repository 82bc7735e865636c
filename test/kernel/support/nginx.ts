import { join } from 'node:path';
import type { Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';
import { until } from './until.ts';

/** Unpacked by `bin/setup aside`. */
const program = join(import.meta.dirname, '../../../node_modules/.cache/nginx/usr/sbin/nginx');

export interface WebServer {
  readonly running: Running;
  stop(): Promise<void>;
}

/**
 * Starts nginx on a real server. Any request is answered as the stand-ins do, `rs1 192.168.1.2:8080`.
 * @param address where it listens, at port 8080
 */
export async function startNginx(host: TestHost, address: string): Promise<WebServer> {
  const place = `/run/nginx-${host.name}`;
  await host.output(`mkdir -p ${place}`);
  await host.write(`${place}/nginx.conf`, configuration(host.name, address, place));
  const words = [program, '-e', `${place}/error.log`, '-c', `${place}/nginx.conf`];
  const running = await host.start(words);
  const listens = async () => (await host.run(`ss -Htln src ${address} sport = :8080`)).stdout !== '';
  await until(`nginx on ${host.name}`, listens, running);
  return {
    running,
    stop: async () => {
      await host.signal(running, 'SIGTERM');
      await running.finished;
    },
  };
}

function configuration(name: string, address: string, place: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${place}/${kind};`,
  );
  return `daemon off;
worker_processes 1;
pid ${place}/pid;
events { worker_connections 512; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  server {
    listen ${address}:8080;
    location / {
      default_type text/plain;
      return 200 "${name} ${address}:8080\\n";
    }
  }
}
`;
}
