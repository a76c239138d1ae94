/** Memory of this process in MiB, after a garbage collection where --expose-gc allows one. */
export function rss() {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}
