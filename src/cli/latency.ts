/** Which value this share of the values does not exceed; 0 where there are none. */
export function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.ceil((percent / 100) * ascending.length) - 1] ?? ascending[0] ?? 0;
}

/** A time as people read it: `0.42 ms`, `12 ms`, `5.00 s`. */
export function duration(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms >= 99_950 ? 0 : 2)} s`;
  if (ms >= 9.95) return `${ms.toFixed(0)} ms`;
  return `${ms.toFixed(ms >= 0.995 ? 1 : 2)} ms`;
}
