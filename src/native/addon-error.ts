import { inspect } from 'node:util';
import { coded } from '../shared/errors';

/** Where loading was tried. */
export interface Place {
  /** The folder of the bundle that this code is in; undefined in the package itself. */
  readonly bundle?: string | undefined;
}

/**
 * The addon does not load: why, and what to do.
 *
 * @param cause undefined: there is none
 * @param platform as in prebuilds/
 */
export function addonError(cause: unknown, platform: string, place: Place = {}): Error & { code: string } {
  const message = [
    `addrinfo: the native addon does not load on ${platform}, Node ${process.version}.`,
    ...advice(cause, platform, place),
  ].join('\n');
  return coded(new Error(message, cause === undefined ? {} : { cause }), 'ERR_ADDRINFO_ADDON');
}

function advice(cause: unknown, platform: string, { bundle }: Place): readonly string[] {
  if (isDisabled(cause)) return disabledAdvice();
  const reason = cause === undefined ? undefined : reasonOf(cause);
  if (bundle !== undefined) return bundleAdvice(reason, platform, bundle);
  return [
    `Reason: ${reason ?? 'the package has no addon for this platform, and none was built here'}`,
    'The package has it for Linux (x64, arm64; glibc 2.28 or later, musl), macOS (x64, arm64) and Windows (x64).',
    'To build it from source, with Python 3 and a C++ compiler:',
    '  Debian, Ubuntu:  apt-get install -y python3 make g++ && npx addrinfo build',
    '  Alpine:          apk add python3 make g++ && npx addrinfo build',
    '  macOS:           xcode-select --install && npx addrinfo build',
    'Other package managers: pnpm exec addrinfo build, yarn addrinfo build, bunx addrinfo build.',
  ];
}

/** `--no-addons`, or the permission model. */
function isDisabled(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_DLOPEN_DISABLED';
}

function disabledAdvice(): readonly string[] {
  const permission = Reflect.get(process, 'permission') !== undefined;
  return permission
    ? ['Reason: the permission model refuses native addons.', 'Add --allow-addons to the options of node.']
    : ['Reason: native addons are disabled.', 'Remove --no-addons from the options of node.'];
}

function bundleAdvice(reason: string | undefined, platform: string, folder: string): readonly string[] {
  return [
    `Reason: ${reason ?? 'this is a bundle, and the addon is not in it'}`,
    `Copy node_modules/addrinfo/prebuilds/${platform}/addrinfo.node from where the bundle is made to ${folder},`,
    'or let the bundler do it:',
    '  esbuild:           --loader:.node=copy',
    "  webpack, rspack:   { test: /\\.node$/, type: 'asset/resource' } among module.rules",
    "  Next.js:           serverExternalPackages: ['addrinfo']",
    'The others are in node_modules/addrinfo/docs/bundlers.md.',
  ];
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : inspect(cause);
}
