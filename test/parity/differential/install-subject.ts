// Imported ahead of whatever takes functions out of node:dns.

import { install } from '../../../src/install';
import { FAMILIES } from '../../../src/pipeline/families';

const families = FAMILIES.find((known) => known === process.argv[2]);
// No hedge: the queries of each side are counted.
if (families !== undefined) install({ families, hedge: false });
