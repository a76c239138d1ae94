import { printable } from '../shared/printable';
import { UsageError } from './usage';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time as people write it (`500ms`, `10s`, `5m`, `2h`; seconds without a unit), in ms, within these bounds. */
export function parseDuration(option: string, text: string, least: number, most: number): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number.parseFloat(number) * (UNITS[unit] ?? 1000);
  if (!(ms >= least && ms <= most)) {
    const expected = `a time from ${least / 1000}s to ${most / 1000}s`;
    throw new UsageError(`${option} must be ${expected}, got '${printable(text)}'`);
  }
  return ms;
}

/** A time as people read it: `0.42 ms`, `12 ms`, `5.00 s`. */
export function duration(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms >= 99_950 ? 0 : 2)} s`;
  if (ms >= 9.95) return `${ms.toFixed(0)} ms`;
  return `${ms.toFixed(ms >= 0.995 ? 1 : 2)} ms`;
}
