// nodemailer takes no lookup: node --import addrinfo/register examples/clients/nodemailer.mjs smtp://HOST:25
import nodemailer from 'nodemailer';

const [, , url = 'smtp://localhost:25'] = process.argv;
const transport = nodemailer.createTransport(url);

const { response } = await transport.sendMail({
  from: 'us@example.test',
  to: 'you@example.test',
  subject: 'A greeting',
  text: 'hello',
});
process.stdout.write(response);
