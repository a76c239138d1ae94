// The machine, in a sandbox: see main.mjs.
import { parseArgs } from 'node:util';
import { isSubject } from './call';
import { OURS, runMachine, table } from './machine';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '300' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      from: { type: 'string', default: '0' },
      lanes: { type: 'string', default: '6' },
      shrink: { type: 'string', default: '3' },
      judge: { type: 'string', multiple: true, default: [...OURS] },
    },
  });
  const [cases, seed, from, lanes, shrunk] = [
    values.cases,
    values.seed,
    values.from,
    values.lanes,
    values.shrink,
  ].map(Number);
  if (!cases || seed === undefined || from === undefined || !lanes || shrunk === undefined) {
    throw new Error('--cases, --seed, --from, --lanes and --shrink are numbers');
  }
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 1000);
  console.log(`seed ${seed}, cases ${from} to ${from + cases - 1}`);
  const report = await runMachine({
    seed,
    from,
    cases,
    lanes,
    shrunk,
    judged: values.judge.filter(isSubject),
    progress: (done) => {
      if (done % 500 === 0) console.log(`${done} of ${cases} after ${seconds()} s`);
    },
  });
  for (const { index, text } of report.failures.slice(0, shrunk)) {
    console.log(`\n--- case ${index}: --seed ${seed} --from ${index} --cases 1\n${text}`);
  }
  console.log(`\n${table(report)}\n${seconds()} s`);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
