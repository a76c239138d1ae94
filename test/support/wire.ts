import { queriesFor } from './in-sandbox';

/** The record types that the DNS server was asked for by this name, in order. */
export function typesAsked(name: string): string[] {
  return queriesFor(name).map(({ type }) => type);
}
