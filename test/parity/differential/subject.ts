// A process of its own, on any Node version: subject.ts FAMILIES. It observes each call that comes over the
// IPC channel, through Node's functions where FAMILIES is "node", otherwise through ours in their place.
import './install-subject';
import { observe } from './observe';

process.on('message', (source) => {
  observe(String(source)).then((observation) => process.send?.(observation));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
