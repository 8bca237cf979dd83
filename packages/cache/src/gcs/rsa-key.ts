import { createPrivateKey } from 'node:crypto';

/** Whether a text is a private RSA key in PEM, as service accounts have them. */
export function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
