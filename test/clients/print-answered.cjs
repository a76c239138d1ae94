// A preload: says at the end how many lookups the default resolver has answered.
const { stats } = require('addrinfo');

process.on('exit', () => console.error(`${stats().answered} answered by addrinfo`));
