// Imported ahead of whatever takes functions out of node:dns.
import { FAMILIES } from '../../src/families';
import { install } from '../../src/install';

const families = FAMILIES.find((known) => known === process.argv[2]);
// No hedge: the queries of each side are counted.
if (families !== undefined) install({ families, hedge: false });
