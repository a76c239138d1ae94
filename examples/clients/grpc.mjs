// @grpc/grpc-js takes no lookup: node --import addrinfo/register examples/clients/grpc.mjs HOST:PORT
import grpc from '@grpc/grpc-js';

const [, , target = 'localhost:50051'] = process.argv;

// A service without a .proto file: strings over the wire.
const text = { serialize: (/** @type {string} */ value) => Buffer.from(value), deserialize: String };
const client = new grpc.Client(target, grpc.credentials.createInsecure());

client.makeUnaryRequest('/example.Echo/Say', text.serialize, text.deserialize, 'hello', (error, answer) => {
  if (error) throw error;
  process.stdout.write(answer ?? '');
  client.close();
});
