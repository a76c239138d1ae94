/**
 * Where `install` has {@link import('./register-options').installFromEnvironment}, for addrinfo/register: that has to
 * reach the copy of the package that programs load, whose exports are its API and no more.
 */
export const FROM_ENVIRONMENT: unique symbol = Symbol.for('addrinfo.installFromEnvironment');
