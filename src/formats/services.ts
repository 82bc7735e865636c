/** Names of services that stand for ports in configuration files (IANA; /etc/services). */
const ports: Readonly<Record<string, number>> = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  tftp: 69,
  http: 80,
  www: 80,
  kerberos: 88,
  pop3: 110,
  nntp: 119,
  ntp: 123,
  imap: 143,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  smtps: 465,
  submissions: 465,
  syslog: 514,
  submission: 587,
  ldaps: 636,
  rsync: 873,
  imaps: 993,
  pop3s: 995,
  openvpn: 1194,
  'ms-sql-s': 1433,
  radius: 1812,
  'radius-acct': 1813,
  nfs: 2049,
  mysql: 3306,
  'ms-wbt-server': 3389,
  postgresql: 5432,
  'xmpp-client': 5222,
  sip: 5060,
  'sip-tls': 5061,
  'http-alt': 8080,
};

/** A port by its number or its service's name; null where it is neither. */
export function portOf(word: string): number | null {
  if (/^\d{1,5}$/.test(word)) return Number(word) <= 65535 ? Number(word) : null;
  return Object.hasOwn(ports, word) ? (ports[word] ?? null) : null;
}
