import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** An authority, as openssl(1) makes it, for the length of a test. */
export class Authority {
  readonly pem: string;
  private readonly directory = mkdtempSync(join(tmpdir(), 'lvs-ca-'));

  constructor() {
    this.openssl('req', '-x509', ...newKey('ca.key'), '-subj', '/CN=Test authority', '-days', '2', '-out', 'ca.pem');
    this.pem = this.read('ca.pem');
    writeFileSync(join(this.directory, 'ca.cnf'), settings);
  }

  /**
   * @param names as in subjectAltName: `DNS:www.example.org`
   * @param expired whether it was valid until yesterday only
   */
  issue(names: string, expired = false): Certificate {
    const [from, to] = expired ? [-3, -1] : [-1, 2];
    writeFileSync(join(this.directory, 'names.cnf'), `subjectAltName=${names}\n`);
    for (const file of ['index', 'index.attr']) writeFileSync(join(this.directory, file), '');
    this.openssl('req', ...newKey('server.key'), '-subj', '/CN=server', '-out', 'server.csr');
    const dates = ['-startdate', date(from), '-enddate', date(to)];
    const files = ['-extfile', 'names.cnf', '-in', 'server.csr', '-out', 'server.pem'];
    this.openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...dates, ...files);
    return { key: this.read('server.key'), cert: this.read('server.pem') };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  private openssl(...words: string[]): void {
    execFileSync('openssl', words, { cwd: this.directory, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  private read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }
}

const settings = `
[ca]
default_ca=test
[test]
database=index
new_certs_dir=.
rand_serial=yes
certificate=ca.pem
private_key=ca.key
default_md=sha256
policy=any
[any]
commonName=supplied
`;

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}

/** Days from now, as openssl ca has it: YYMMDDHHMMSSZ. */
function date(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, '').slice(2, 14)}Z`;
}
