import { isLost, type Sample } from './probe';
import { paint, type Style, type Terminal } from './terminal';

/** What a strip draws of a lookup; `pending`: it is still out, after so many ms. */
export interface Mark {
  readonly ms: number;
  readonly outcome: Sample['outcome'] | 'pending';
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** From which time on, in ms, a bar is one step higher. */
const STEPS = [1, 5, 20, 100, 500, 2000, 5000];

/** What the bars mean, in one line. */
export const LEGEND = '▁ below 1 ms, ▂ 5, ▃ 20, ▄ 100, ▅ 500 ms, ▆ 2 s, ▇ 5 s, █ more, × failed';

function height(ms: number): number {
  return STEPS.filter((step) => ms >= step).length;
}

const hasFailed = ({ outcome }: Mark): boolean => outcome !== 'pending' && isLost({ outcome });

function styleOf(mark: Mark): Style {
  if (hasFailed(mark) || mark.ms >= 1000) return 'red';
  if (mark.outcome === 'pending') return 'dim';
  return mark.ms >= 200 ? 'yellow' : 'green';
}

// The worst of a group stands for it: a stall must not vanish because the terminal is narrow.
function worst(marks: readonly Mark[]): Mark {
  return marks.reduce((one, other) => {
    if (hasFailed(one) !== hasFailed(other)) return hasFailed(one) ? one : other;
    return other.ms > one.ms ? other : one;
  });
}

/** Lookups in the order of time, one bar each; where they are more than `width`, one for several. */
export function strip(terminal: Terminal, marks: readonly Mark[], width: number): string {
  const cells = Math.max(1, Math.min(width, marks.length));
  let drawn = '';
  for (let cell = 0; cell < cells; cell += 1) {
    const from = Math.floor((cell * marks.length) / cells);
    const group = marks.slice(from, Math.max(from + 1, Math.floor(((cell + 1) * marks.length) / cells)));
    if (group.length === 0) break;
    const mark = worst(group);
    drawn += paint(terminal, styleOf(mark), hasFailed(mark) ? '×' : (BARS[height(mark.ms)] ?? '█'));
  }
  return drawn;
}
