import type { Dispatcher } from 'undici';
import type { NodeWay } from '../way';

const NO_RESPONSE: Dispatcher.DispatchHandler = {};

/**
 * undici's dns interceptor: a cache in front of dns.lookup, for undici's requests alone. Here the request
 * goes no further than to the dispatcher behind it, which is handed the address as the request's origin.
 */
export const undiciDns: NodeWay = {
  label: 'undici dns interceptor, IPv4',
  source: "require('undici')",
  async open() {
    const { interceptors } = await import('undici');
    const intercept = interceptors.dns({ dualStack: false, affinity: 4 });
    return (name, answered) => {
      const failed: Dispatcher.DispatchHandler = {
        ...NO_RESPONSE,
        onResponseError: (_, error) => answered(error),
      };
      intercept(() => {
        answered(null);
        return true;
      })({ origin: `http://${name}`, path: '/', method: 'GET' }, failed);
    };
  },
};
