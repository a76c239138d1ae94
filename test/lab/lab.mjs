// node test/lab/lab.mjs MODE [options] -- COMMAND...   See README.md, and cli.ts for the options.
import 'tsx';

await import('./cli.js');
