// `node:net` has these too, and takes longer to load than this package does.

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^([\da-f:.]+)(?:%[\w.:-]+)?$/i;

function isIPv6(text: string): boolean {
  const address = text.includes(':') ? IPV6.exec(text)?.[1] : undefined;
  return address !== undefined && URL.canParse(`http://[${address}]`);
}

/** `net.isIP`: 4, 6, or 0 for what is no address. */
export function isIP(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}
