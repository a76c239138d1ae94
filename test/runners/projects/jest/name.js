let names = 0;

/** @param {string} directives */
exports.uniqueName = (directives) => {
  names += 1;
  return `${directives}.u-${process.pid}-${Date.now().toString(36)}-${names}.test`;
};
