// The two peers that come without types: as much of them as is used.

declare module 'lookup-dns-cache' {
  export function lookup(
    hostname: string,
    options: { family?: number; all?: boolean },
    callback: (error: Error | null, address?: string, family?: 4 | 6) => void,
  ): void;
}

declare module 'dnscache' {
  import type dns from 'node:dns';

  export default function dnscache(options: { enable: boolean; ttl: number; cachesize: number }): typeof dns;
}
