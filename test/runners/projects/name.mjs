let names = 0;

/** @param {string} directives */
export function uniqueName(directives) {
  names += 1;
  return `${directives}.u-${process.pid}-${Math.random().toString(36).slice(2)}-${names}.test`;
}
