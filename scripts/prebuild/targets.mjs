/**
 * Where the addon is built for. `name` is the folder in prebuilds/ that src/prebuilt.ts looks in.
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {'elf' | 'macho' | 'pe'} format
 * @property {'linux' | 'mac' | 'win'} os as binding.gyp's conditions call it
 * @property {string} triple the compiler's -target
 * @property {string} machine as the tool that reads the format spells it
 */

/** glibc: what Node 20 itself asks for. macOS: what binding.gyp says. @type {readonly Target[]} */
export const targets = [
  elf('linux-x64-glibc', 'x86_64-linux-gnu.2.28', 'Advanced Micro Devices X86-64'),
  elf('linux-x64-musl', 'x86_64-linux-musl', 'Advanced Micro Devices X86-64'),
  elf('linux-arm64-glibc', 'aarch64-linux-gnu.2.28', 'AArch64'),
  elf('linux-arm64-musl', 'aarch64-linux-musl', 'AArch64'),
  { name: 'darwin-x64', format: 'macho', os: 'mac', triple: 'x86_64-macos.11.0', machine: 'x86_64' },
  { name: 'darwin-arm64', format: 'macho', os: 'mac', triple: 'aarch64-macos.11.0', machine: 'aarch64' },
  { name: 'win32-x64', format: 'pe', os: 'win', triple: 'x86_64-windows-gnu', machine: 'x86_64' },
];

/**
 * @param {string} name
 * @param {string} triple
 * @param {string} machine
 * @returns {Target}
 */
function elf(name, triple, machine) {
  return { name, format: 'elf', os: 'linux', triple, machine };
}
