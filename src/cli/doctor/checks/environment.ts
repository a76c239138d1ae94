import { isDockerFallback, isPod, knownServer } from '../facts/environment';
import type { System } from '../facts/system';
import type { Finding } from '../verdicts/finding';
import { type Check, checkOf } from './check';

function findings(system: System): Finding[] {
  const { config } = system;
  const list = config.nameservers.flatMap((address): Finding[] => {
    const what = knownServer(address);
    return what === undefined ? [] : [{ status: 'ok', message: `nameserver ${address} is ${what}` }];
  });
  if (config.nameservers.includes('127.0.0.11')) {
    list.push({
      status: 'ok',
      message:
        'it handles a bounded number of queries at once (100, in newer versions 1024): A alone halves them',
    });
  }
  if (isDockerFallback(system)) {
    list.push({
      status: 'ok',
      message:
        'these public servers are what Docker falls back to when the host has no nameserver to pass on',
      meaning: 'A network without a way out cannot reach them: then every lookup hangs.',
    });
  }
  return list;
}

/** Where this runs: what is special about its DNS. */
export function checkEnvironment(system: System): Check {
  const places = [
    isPod(system) ? 'a Kubernetes pod' : undefined,
    !isPod(system) && system.has('/.dockerenv') ? 'a Docker container' : undefined,
    /microsoft/i.test(system.kernel) ? 'WSL' : undefined,
  ].filter((place) => place !== undefined);
  const usual = places.length === 0 ? `no container known to us, on ${system.platform}` : places.join(', ');
  const server = system.config.nameservers.map(knownServer).find((known) => known !== undefined);
  return checkOf(
    'environment',
    'environment',
    server === undefined ? usual : `${usual}; ${server}`,
    [],
    findings(system),
  );
}
