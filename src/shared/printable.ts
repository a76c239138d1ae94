/**
 * C0, DEL, C1, line and paragraph separators, and the marks that turn the direction of writing. Made when it is needed:
 * V8 takes a quarter of a millisecond to collect what `\p{Cc}` stands for.
 */
function acting(): RegExp {
  return /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
}

function shown(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Text from outside on its way to a log or a terminal. Control characters would act there (a line of
 * its own in a log, a colour on a terminal), so they are written as `\u000a`.
 */
export function printable(text: string): string {
  return text.replace(acting(), shown);
}

/** A value as JSON over several lines, likewise: what JSON leaves as it is beyond C0 is escaped too. */
export function printableJson(
  value: unknown,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
): string {
  const json = JSON.stringify(value, replacer, 2);
  return json.replace(acting(), (char) => (char === '\n' ? char : shown(char)));
}
