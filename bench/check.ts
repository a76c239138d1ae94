import { type Ratio, readBounds } from './bounds';

/** What `bench:check` complains about, a line each: ratios worse than their `check`, or not measured at all. */
export function failedBounds(ratios: readonly Ratio[]): string[] {
  return readBounds().flatMap((bound) => {
    const ratio = ratios.find((one) => one.bound.name === bound.name);
    if (ratio === undefined) return [`${bound.what}: not measured`];
    if (ratio.passes) return [];
    const limit = bound.atLeast === undefined ? 'at most' : 'at least';
    return [`${bound.what}: ${ratio.median.toPrecision(3)}, must be ${limit} ${bound.check}`];
  });
}
