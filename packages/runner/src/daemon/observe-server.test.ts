import { expect, it } from 'vitest';
import { parseAddress } from './observe-server.ts';

it.each([
  { address: ':9252', host: undefined, port: 9252 },
  { address: '127.0.0.1:80', host: '127.0.0.1', port: 80 },
  { address: '[::1]:1234', host: '::1', port: 1234 },
  { address: 'localhost', host: 'localhost', port: 9252 },
])('takes the address $address', ({ address, host, port }) => {
  expect(parseAddress(address)).toEqual({ host, port });
});

it.each(['http://x:1', ':99999', '::1', 'x:y', '[x]:1'])('refuses the address %s', (address) => {
  expect(() => parseAddress(address)).toThrow(/listen_address.*must be host:port/s);
});
