// Captured when the package is loaded: a fake clock of a test does not move it. `performance` would do as well, but Node
// loads it on its first use, which takes almost a millisecond.
const { hrtime } = process;

/** ms since some moment. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
