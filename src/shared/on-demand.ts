type GetBuiltinModule = typeof process.getBuiltinModule;

// Captured when the package is loaded, as timers are: a test runner may take `process` away before a lookup ends.
const get: GetBuiltinModule | undefined = process.getBuiltinModule;

/**
 * One of Node's own modules that few programs need from us. To load one takes a third of a millisecond, so Node is
 * asked for it when it is first needed, and not by `require`, which a test runner may have taken down by then. Where
 * Node cannot be asked (before 20.16 and 22.3), `load` loads it at once, by `require`. Node keeps what it has loaded.
 */
export function onDemand<Module>(
  ask: (get: GetBuiltinModule) => Module,
  load: () => NoInfer<Module>,
): () => Module {
  if (get !== undefined) return () => ask(get);
  const loaded = load();
  return () => loaded;
}
