import { readFileSync } from 'node:fs';
import type { Check, DeclaredRealServer, DeclaredVirtualServer, TlsOptions } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { keyOfVirtualServer } from '../model/identity.ts';
import { compilePattern } from '../patterns/pattern.ts';
import type { CheckResult } from '../weights/observation.ts';
import { dnsProbe } from './probes/dns.ts';
import { environmentOf, execProbe } from './probes/exec.ts';
import { httpProbe } from './probes/http.ts';
import type { NotPassed, Probe, ProbeResult } from './probes/result.ts';
import { tcpProbe } from './probes/tcp.ts';
import { type TlsTarget, trustedBy } from './probes/tls.ts';

/** What a check has shown; or why it could not be made, which says nothing of the real server. */
export type Verdict = CheckResult | { readonly unable: string };

/** Where the system keeps the certificates that it trusts. */
const systemCertificates = '/etc/ssl/certs/ca-certificates.crt';

/** The probe that a check makes of one real server. Throws `invalid-input` where its certificates cannot be read. */
export function probeOf(server: DeclaredVirtualServer, real: DeclaredRealServer, check: Check): Probe<Verdict> {
  if (check.type === 'exec') {
    const environment = environmentOf(keyOfVirtualServer(server.id), real);
    const { command, dynamic, timeout } = check;
    const probe = execProbe({ command, environment, dynamic, timeout });
    return async (signal) => {
      const result = await probe(signal);
      return result.ok === true ? { failure: null, weight: result.weight } : notPassed(result);
    };
  }
  const probe = networkProbeOf(server, real, check);
  return async (signal) => {
    const result = await probe(signal);
    return result.ok === true ? { failure: null, weight: null } : notPassed(result);
  };
}

function networkProbeOf(
  server: DeclaredVirtualServer,
  real: DeclaredRealServer,
  check: Exclude<Check, { type: 'exec' }>,
): Probe<ProbeResult> {
  const { timeout } = check;
  const endpoint = { address: real.address, port: check.port ?? real.port };
  if (check.type === 'tcp') return tcpProbe({ ...endpoint, timeout });
  if (check.type === 'dns') return dnsProbe({ ...endpoint, timeout, name: check.name, record: check.record });
  const { path, host, status } = check;
  const body = check.body === null ? null : compilePattern(check.body);
  const tls = check.tls && tlsTarget(server, check.tls);
  return httpProbe({ ...endpoint, path, host, status, body, tls, timeout });
}

function tlsTarget({ name: server }: DeclaredVirtualServer, { name, ca, verify }: TlsOptions): TlsTarget {
  if (!verify) return { name, ca: null, verify };
  const target = { name, ca: ca === null ? ownCertificates() : read(server, ca), verify };
  try {
    trustedBy(target);
    return target;
  } catch (error) {
    throw unreadable(server, ca ?? systemCertificates, error);
  }
}

/** Null where the system has none: then those that Node brings along. */
function ownCertificates(): string | null {
  try {
    return readFileSync(systemCertificates, 'utf8');
  } catch {
    return null;
  }
}

function read(server: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(server, file, error);
  }
}

function unreadable(server: string, file: string, error: unknown): LvsError {
  const said = error instanceof Error ? error.message : String(error);
  return new LvsError('invalid-input', `${server}: the certificates in ${file} cannot be used: ${said}`, {
    hint: '"ca" names a file of certificates in PEM, on every router',
  });
}

function notPassed({ ok, reason }: NotPassed): Verdict {
  return ok === null ? { unable: reason } : { failure: reason, weight: null };
}
