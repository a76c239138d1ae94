// dd-trace, as a service sets it up; DD_TRACE_AGENT_URL says where its spans go. With DNS_FIRST something else that it
// loads requires dns at once.
const { createRequire } = require('node:module');

const load = createRequire(`${process.cwd()}/`);
load('dd-trace').init({ flushInterval: 0, startupLogs: false });
if (process.env['DNS_FIRST'] === '1') load('node:dns');
