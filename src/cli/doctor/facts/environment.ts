import { hostSources, type System } from './system';

/** What a nameserver's address tells about it. */
const SERVERS: Readonly<Record<string, string>> = {
  '127.0.0.11': "Docker's embedded DNS server",
  '127.0.0.53': 'systemd-resolved',
  '127.0.0.54': 'systemd-resolved (proxy only)',
  '169.254.20.10': 'NodeLocal DNSCache',
  '10.255.255.254': "WSL's DNS tunnel",
  '169.254.169.253': 'the VPC resolver of AWS',
  '169.254.169.254': 'the resolver of Google Cloud',
  '168.63.129.16': 'the resolver of Azure',
  '100.100.2.136': 'the resolver of Alibaba Cloud',
  '100.100.2.138': 'the resolver of Alibaba Cloud',
};

/** The servers that Docker writes where the host's resolv.conf gives it none to pass on. */
const DOCKER_FALLBACK: readonly string[] = [
  '8.8.8.8',
  '8.8.4.4',
  '2001:4860:4860::8888',
  '2001:4860:4860::8844',
];

/** Whether this is a pod: its service account, or the search list a cluster gives. */
export function isPod({ has, config }: System): boolean {
  const account = has('/var/run/secrets/kubernetes.io/serviceaccount');
  return account || config.search.some((domain) => /(^|\.)svc\./.test(domain));
}

/** What sets the resolver's configuration here, and how programs are started. */
export type Runtime = 'pod' | 'docker' | 'resolved' | 'file';

export function runtimeOf(system: System): Runtime {
  if (isPod(system)) return 'pod';
  if (system.has('/.dockerenv')) return 'docker';
  const stub = system.config.nameservers.some((address) => /^127\.0\.0\.5[34]$/.test(address));
  return stub || hostSources(system).includes('resolve') ? 'resolved' : 'file';
}

/** What a nameserver is, by its address; undefined for any other. */
export function knownServer(address: string): string | undefined {
  // The resolver of an AWS VPC is the network's address plus two.
  return (
    SERVERS[address] ??
    (/^(?:10|172|192)\.\d+\.\d+\.2$/.test(address) ? 'perhaps the VPC resolver (.2)' : undefined)
  );
}

/** Whether Docker had no server to hand to this container, and took public ones. */
export function isDockerFallback(system: System): boolean {
  const { nameservers } = system.config;
  return (
    system.has('/.dockerenv') &&
    !isPod(system) &&
    nameservers.length > 0 &&
    nameservers.every((address) => DOCKER_FALLBACK.includes(address))
  );
}
