// Loaded first: this process does not find the file by which Docker's containers are known, even in one.
'use strict';
const fs = require('node:fs');

const { existsSync } = fs;
fs.existsSync = (/** @type {import('node:fs').PathLike} */ path) =>
  path !== '/.dockerenv' && existsSync(path);
