export default { test: { setupFiles: ['addrinfo/register'], include: ['*.test.mjs'] } };
