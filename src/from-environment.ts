/**
 * The property of `install` that holds {@link import('./register-options').installFromEnvironment}. addrinfo/register
 * takes it from there, since it has to use the copy of the package that programs load, which exports its API and no more.
 */
export const FROM_ENVIRONMENT: unique symbol = Symbol.for('addrinfo.installFromEnvironment');
