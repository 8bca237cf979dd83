import { isIP } from 'node:net';

/** What is said of a text that is no address; goes on from the text. */
export const notAnAddress = 'is no IP address, such as "10.0.0.1" or "2001:db8::1"';

/** Whether Kubernetes takes a text for an address, IPv4 or IPv6: without a zone, and without zeros in front. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}
