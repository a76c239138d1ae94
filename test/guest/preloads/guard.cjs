// A guard against server-side request forgery, as applications write it: no name with the label `blocked` is looked up.
const dns = require('node:dns');

/** @param {string} hostname */
function check(hostname) {
  if (!hostname.includes('blocked')) return;
  throw Object.assign(new Error(`${hostname} is blocked`), { code: 'EBLOCKED' });
}

/** @template {object} Holder @param {Holder & { lookup: Function }} holder */
function guard(holder) {
  const { lookup } = holder;
  /** @param {string} hostname @param {unknown[]} rest */
  holder.lookup = function guardedLookup(hostname, ...rest) {
    check(hostname);
    return lookup.call(holder, hostname, ...rest);
  };
}

guard(dns);
guard(dns.promises);
