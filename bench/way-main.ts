// The process of one way in one round: way-main.ts SCENARIO WAY SETTING. Prints one line of JSON.
import { inspect } from 'node:util';
import type { Measurement } from './measurement';
import type { Setting } from './scenario';
import { isScenarioName, scenarioOf } from './scenarios/index';
import { isWayName, wayOf } from './ways/index';

async function measure(): Promise<Measurement> {
  const [scenarioName = '', wayName = '', settingText = ''] = process.argv.slice(2);
  if (!isScenarioName(scenarioName)) throw new Error(`no scenario ${scenarioName}`);
  if (!isWayName(wayName)) throw new Error(`no way ${wayName}`);
  const setting: Omit<Setting, 'way'> = JSON.parse(settingText);
  const way = wayOf(wayName);
  if (!('open' in way)) throw new Error(`${wayName} is no way for a Node process`);
  return scenarioOf(scenarioName).measure(await way.open(), { ...setting, way });
}

measure()
  .then(
    (measurement) => console.log(JSON.stringify(measurement)),
    (error: unknown) => console.error(inspect(error)),
  )
  // Not exit: that would wait for lookups of dns.lookup that hang.
  .finally(() => process.kill(process.pid, 'SIGKILL'));
