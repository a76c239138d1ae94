import { entryPoints } from '../compile.mjs';
import { all, beyond, read } from './tool.mjs';

/** The universal C runtime is a part of Windows 10, which Node 20 asks for anyway. */
const system = ['KERNEL32.dll', 'WS2_32.dll', 'NODE.EXE', /^api-ms-win-crt-[\w-]+\.dll$/];

/** libunwind, linked in, marks these itself; Windows binds by library, so nobody else gets them. */
const unwinder = [/^_Unwind_/, /^unw_/, '_GCC_specific_handler'];

/**
 * What is wrong with a Windows addon, by the LLVM tools.
 *
 * @param {string} file
 * @param {import('../targets.mjs').Target} target
 */
export function checkPe(file, target) {
  const wrong = [];
  const about = read('llvm-readobj', '--needed-libs', '--coff-exports', file);
  const libraries = all(/NeededLibraries \[([^\]]*)\]/.exec(about)?.[1] ?? '', /(\S+)/g);
  const defined = all(about, /Export \{[^}]*Name: (\S+)/g);

  if (!about.includes(`Arch: ${target.machine}\n`)) wrong.push('is for another CPU');
  if (!libraries.includes('NODE.EXE')) wrong.push('calls no Node-API');
  for (const name of beyond(libraries, system)) wrong.push(`needs ${name}`);
  for (const name of beyond(defined, [...entryPoints, ...unwinder])) wrong.push(`shows ${name}`);
  for (const name of beyond(entryPoints, defined)) wrong.push(`lacks ${name}`);
  return wrong;
}
