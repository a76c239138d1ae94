// ioredis takes no lookup: node --import addrinfo/register examples/clients/ioredis.mjs redis://HOST:6379
import { Redis } from 'ioredis';

const [, , url = 'redis://localhost:6379'] = process.argv;
const redis = new Redis(url);

await redis.set('greeting', 'hello');
process.stdout.write((await redis.get('greeting')) ?? '');
await redis.quit();
