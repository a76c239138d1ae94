import type { Reporter, TestModule } from 'vitest/node';

/** Names every skipped test with its reason at the end of the run; with CI=true such a run fails. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let skipped = 0;
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const reason = result.state === 'skipped' && result.note ? `: ${result.note}` : '';
        console.log(`skipped: ${module.relativeModuleId} > ${test.fullName}${reason}`);
        skipped += 1;
      }
    }
    if (skipped > 0 && process.env['CI'] === 'true') {
      console.error(`${skipped} skipped tests: with CI=true that is a failure`);
      process.exitCode = 1;
    }
  }
}
