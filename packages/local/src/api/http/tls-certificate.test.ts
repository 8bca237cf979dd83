import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSignedCertificate } from './tls-certificate.ts';

test('the certificate is for the loopback address and signed by itself', () => {
  const { certificate, key } = selfSignedCertificate();
  const read = new X509Certificate(certificate);

  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.checkHost('localhost')).toBe('localhost');
  expect(read.ca).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('it is valid from an hour ago for ten years', () => {
  const read = new X509Certificate(selfSignedCertificate(new Date('2026-01-31T08:00:00Z')).certificate);

  expect(new Date(read.validFrom).toISOString()).toBe('2026-01-31T07:00:00.000Z');
  expect(new Date(read.validTo).toISOString()).toBe('2036-01-29T08:00:00.000Z');
});

test('each has its own key and serial number', () => {
  const [one, other] = [selfSignedCertificate(), selfSignedCertificate()];

  expect(one.key).not.toBe(other.key);
  expect(new X509Certificate(one.certificate).serialNumber).not.toBe(
    new X509Certificate(other.certificate).serialNumber,
  );
});
