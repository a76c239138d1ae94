import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ADDRESS, describeClient } from './client';

const text = { serialize: (value: string) => Buffer.from(value), deserialize: String };

describeClient({
  example: 'grpc.mjs',
  plug: 'register',
  serve: async () => {
    const server = new Server();
    const method = {
      path: '/example.Echo/Say',
      requestStream: false,
      responseStream: false,
      requestSerialize: text.serialize,
      requestDeserialize: text.deserialize,
      responseSerialize: text.serialize,
      responseDeserialize: text.deserialize,
    };
    server.addService(
      { Say: method },
      {
        Say: (call: { request: string }, answer: (error: null, value: string) => void) =>
          answer(null, call.request),
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${ADDRESS}:0`, ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return { port, close: () => server.forceShutdown() };
  },
  args: (name, port) => [`${name}:${port}`],
  prints: 'hello',
});
