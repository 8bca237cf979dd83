import { describe, expect, it } from 'vitest';
import { isAddress } from './address.ts';

describe('isAddress', () => {
  it.each(['10.0.0.1', '0.0.0.0', '::', '::1', '2001:db8::1', '2001:DB8::1', '::ffff:1.2.3.4', '1:2:3:4:5:6:7::'])(
    'takes %j',
    (text) => {
      expect(isAddress(text)).toBe(true);
    },
  );

  it.each(['', 'a', '1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '1.2.3.4/8', '[::1]', '::1::', 'fe80::1%eth0'])(
    'refuses %j, as the API server does',
    (text) => {
      expect(isAddress(text)).toBe(false);
    },
  );
});
