import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { codeOf, firstLine, reasonOf, resultOf } from './reasons.ts';
import { failed, type ProbeResult } from './result.ts';
import type { Endpoint } from './sockets.ts';

export interface TlsTarget {
  /** The name asked for (SNI), and that the certificate has to be for; null: none is asked for, and it has to be for the address. */
  readonly name: string | null;
  /** The certificates, in PEM, of which one has to vouch for the real server's; null: those that Node brings along. */
  readonly ca: string | null;
  /** False: any certificate will do. */
  readonly verify: boolean;
}

const contexts = new Map<string | null, WeakRef<SecureContext>>();

/**
 * What a real server's certificate is checked with; shared among those that name the same certificates, for it takes memory
 * and time to make. Throws where the certificates cannot be read.
 */
export function trustedBy({ ca }: TlsTarget): SecureContext {
  const known = contexts.get(ca)?.deref();
  if (known !== undefined) return known;
  // Node ignores what is no certificate, and would then trust nobody.
  if (ca !== null) new X509Certificate(ca);
  const context = createSecureContext(ca === null ? {} : { ca });
  contexts.set(ca, new WeakRef(context));
  return context;
}

/** Begins to connect, with a full handshake each time. */
export function connectTls({ address, port }: Endpoint, target: TlsTarget, secureContext: SecureContext): TLSSocket {
  if (isIP(address) === 0) throw new TypeError(`not an IP address: ${address}`);
  const { name, verify } = target;
  const named = name !== null && isIP(name) === 0 ? { servername: name } : {};
  return connect({
    host: address,
    port,
    secureContext,
    rejectUnauthorized: verify,
    ALPNProtocols: ['http/1.1'],
    ...named,
  });
}

/** What is said of a certificate that was not accepted, by OpenSSL's name of the error. */
const faults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate is revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority',
};

/** What an error of such a connection means for a check. */
export function tlsResultOf(error: Error, { name }: TlsTarget): ProbeResult {
  const code = codeOf(error);
  const fault = faults[code];
  if (fault !== undefined) return failed(fault);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return failed(`certificate is for ${namesOn(error)}, not for ${name ?? 'its address'}`);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return failed('it does not speak TLS there');
  // Node's words where the connection is closed in the middle of it.
  if (code === 'ECONNRESET' && /before secure TLS connection/.test(error.message))
    return failed('the connection was closed during the TLS handshake');
  if (reasonOf(error) !== null) return resultOf(error);
  const { reason } = error as { readonly reason?: unknown };
  return failed(`TLS: ${firstLine(typeof reason === 'string' ? reason : error.message)}`);
}

/** The first names that a certificate is for. */
function namesOn(error: Error): string {
  const { cert } = error as { readonly cert?: { subject?: { CN?: unknown }; subjectaltname?: unknown } };
  const listed = typeof cert?.subjectaltname === 'string' ? cert.subjectaltname.split(', ') : [];
  const names = listed.map((entry) => entry.replace(/^(DNS|IP Address):/, ''));
  const all = names.length > 0 ? names : [String(cert?.subject?.CN ?? 'another name')];
  return firstLine(all.slice(0, 3).join(', ') + (all.length > 3 ? ', …' : ''));
}
