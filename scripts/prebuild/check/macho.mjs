import { entryPoints } from '../compile.mjs';
import { all, beyond, read } from './tool.mjs';

/** What every C++ library there shows: the replaceable operators new and delete, and the linker's own. */
const expected = [/^_Zn[aw]m/, /^_Zd[al]Pv/, '__dso_handle', '_mh_dylib_header'];

/**
 * What is wrong with a macOS addon, by the LLVM tools.
 *
 * @param {string} file
 * @param {import('../targets.mjs').Target} target
 */
export function checkMacho(file, target) {
  const wrong = [];
  const about = read('llvm-readobj', '--needed-libs', '--macho-version-min', file);
  const commands = read('llvm-objdump', '--macho', '--private-headers', file);
  const defined = all(read('llvm-nm', '-g', '--defined-only', file), /^\S+ \S _(\S+)$/gm);

  if (!about.includes(`Arch: ${target.machine}\n`)) wrong.push('is for another CPU');
  const minimum = /Version: (\S+)/.exec(about)?.[1];
  if (minimum !== /macos\.(\S+)$/.exec(target.triple)?.[1]) wrong.push(`needs macOS ${minimum}`);
  // Apple's ARM runs signed code only; the linker's own signature is enough.
  if (target.machine === 'aarch64' && !commands.includes('LC_CODE_SIGNATURE')) wrong.push('is not signed');

  const libraries = all(/NeededLibraries \[([^\]]*)\]/.exec(about)?.[1] ?? '', /(\S+)/g);
  const own = ['@rpath/addrinfo.node', '/usr/lib/libSystem.B.dylib'];
  for (const name of beyond(libraries, own)) wrong.push(`needs ${name}`);
  for (const name of beyond(defined, [...entryPoints, ...expected])) wrong.push(`shows ${name}`);
  for (const name of beyond(entryPoints, defined)) wrong.push(`lacks ${name}`);
  return wrong;
}
