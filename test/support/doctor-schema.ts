import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type SchemaObject } from 'ajv/dist/2020';

const FILE = join(__dirname, '../../docs/doctor.schema.json');

/** The schema allows fields that come later; of those that are there today, none may be missing in it. */
function closed(schema: SchemaObject): SchemaObject {
  return JSON.parse(JSON.stringify(schema), (_key, value) =>
    value?.type === 'object' && value.properties !== undefined
      ? { ...value, additionalProperties: false }
      : value,
  );
}

const schema: SchemaObject = JSON.parse(readFileSync(FILE, 'utf8'));
const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
  validateFormats: false,
});
const validate = ajv.compile(closed(schema));

/** What is wrong with a report of `addrinfo doctor --json`, by the published schema; undefined: nothing. */
export function schemaErrors(report: unknown): string | undefined {
  if (validate(report)) return undefined;
  return ajv.errorsText(validate.errors, { dataVar: 'report' });
}
