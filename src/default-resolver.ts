import { Resolver } from './resolver';

/** The resolver behind the functions that the package exports, with every option at its default. */
export const resolver: Resolver = new Resolver();
