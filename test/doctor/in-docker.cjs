// Loaded first: this process finds the file by which Docker's containers are known.
'use strict';
const fs = require('node:fs');

const { existsSync } = fs;
fs.existsSync = (/** @type {import('node:fs').PathLike} */ path) =>
  path === '/.dockerenv' || existsSync(path);
