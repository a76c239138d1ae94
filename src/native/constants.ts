import { addon } from './addon';

/** AI_*, AF_*, SOCK_*, IPPROTO_*, EAI_*, NI_*: this platform's values, read from C. Some platforms lack the last six. */
export type Constants = Readonly<
  Record<
    | 'AF_UNSPEC'
    | 'AF_INET'
    | 'AF_INET6'
    | 'SOCK_STREAM'
    | 'SOCK_DGRAM'
    | 'SOCK_RAW'
    | 'IPPROTO_IP'
    | 'IPPROTO_ICMP'
    | 'IPPROTO_TCP'
    | 'IPPROTO_UDP'
    | 'IPPROTO_IPV6'
    | 'IPPROTO_ICMPV6'
    | 'IPPROTO_RAW'
    | 'AI_PASSIVE'
    | 'AI_CANONNAME'
    | 'AI_NUMERICHOST'
    | 'AI_NUMERICSERV'
    | 'AI_V4MAPPED'
    | 'AI_ALL'
    | 'AI_ADDRCONFIG'
    | 'EAI_AGAIN'
    | 'EAI_BADFLAGS'
    | 'EAI_FAIL'
    | 'EAI_FAMILY'
    | 'EAI_MEMORY'
    | 'EAI_NONAME'
    | 'EAI_SERVICE'
    | 'EAI_SOCKTYPE'
    | 'NI_DGRAM'
    | 'NI_NAMEREQD'
    | 'NI_NOFQDN'
    | 'NI_NUMERICHOST'
    | 'NI_NUMERICSERV',
    number
  > &
    Partial<
      Record<
        'AI_IDN' | 'AI_CANONIDN' | 'EAI_ADDRFAMILY' | 'EAI_NODATA' | 'EAI_OVERFLOW' | 'EAI_SYSTEM',
        number
      >
    >
>;

function isComplete(values: Readonly<Record<string, number>>): values is Constants & Record<string, number> {
  return typeof values['AF_INET'] === 'number' && typeof values['AI_ADDRCONFIG'] === 'number';
}

function read(): Constants {
  const values = Object.freeze({ ...addon.constants });
  if (!isComplete(values)) throw new Error('the addon has no constants');
  return values;
}

/** AI_*, AF_*, SOCK_*, IPPROTO_*, EAI_*, NI_*: this platform's values, read from C. */
export const constants: Constants = read();
