// A process of its own, on any Node version: subject.ts FAMILIES. It makes the calls that come over the IPC channel,
// through Node's functions where FAMILIES is "node", otherwise through ours in their place, and says what it saw.
import './install-subject';
import { see } from './observe';

process.on('message', (sources) => {
  if (Array.isArray(sources)) see(sources.map(String)).then((seen) => process.send?.(seen));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
