// Imported ahead of whatever takes functions out of node:dns.

import { install } from '../../../src/install';
import { parseFamilies } from '../../../src/options/resolver-options';

// No hedge: the queries of each side are counted.
const [, , families] = process.argv;
if (families !== undefined && families !== 'node')
  install({ families: parseFamilies('families', families), hedge: false });
