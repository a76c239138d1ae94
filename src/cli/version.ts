/** This package's version. */
export function packageVersion(): string {
  const { version }: { version: string } = require('../../package.json');
  return version;
}
