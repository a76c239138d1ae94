import { delimiter, dirname } from 'node:path';

// What a package manager tells its own commands, and would mislead another one in another folder.
const MISLEADING =
  /^(?:npm_config_(?:workspaces?|include_workspace_root|global|location|local_prefix|prefix|dry_run)|NODE_OPTIONS)$/i;

/** This process's environment for a child that works in a folder of its own. `node` is on PATH, which binding.gyp needs. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !MISLEADING.test(name));
  const path = kept.find(([name]) => name.toUpperCase() === 'PATH');
  const [name, folders] = path ?? ['PATH', ''];
  return { ...Object.fromEntries(kept), [name]: `${folders}${delimiter}${dirname(process.execPath)}` };
}
