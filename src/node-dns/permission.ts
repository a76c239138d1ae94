// Node guards lookups from version 25 on; before, `has('net')` says false and means nothing.
const GUARDED = Number.parseInt(process.versions.node, 10) >= 25;

/**
 * Whether Node runs with --permission and without --allow-net. Its own functions then know how to
 * refuse; an addon would slip through.
 */
export function isNetworkForbidden(): boolean {
  if (!GUARDED || !('permission' in process)) return false;
  const { permission } = process;
  if (typeof permission !== 'object' || permission === null || !('has' in permission)) return false;
  return typeof permission.has === 'function' && permission.has('net') !== true;
}
