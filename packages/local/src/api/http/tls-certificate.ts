import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its key, both PEM. */
export interface TlsCertificate {
  readonly certificate: string;
  readonly key: string;
}

const tags = { integer: 0x02, bits: 0x03, octets: 0x04, utf8: 0x0c, sequence: 0x30, set: 0x31, time: 0x17 } as const;

const validityMs = 10 * 365 * 24 * 3600 * 1000;
const clockSkewMs = 3600 * 1000;

/** OBJECT IDENTIFIERs, encoded: ecdsa-with-SHA256, commonName, subjectAltName, basicConstraints. */
const oids = {
  ecdsaSha256: Buffer.from('06082a8648ce3d040302', 'hex'),
  commonName: Buffer.from('0603550403', 'hex'),
  altNames: Buffer.from('0603551d11', 'hex'),
  constraints: Buffer.from('0603551d13', 'hex'),
} as const;

const yes = Buffer.from('0101ff', 'hex');

/**
 * Makes a certificate for 127.0.0.1 and localhost that nobody signed but itself (X.509 v3, ECDSA P-256). Clients send
 * their tokens over TLS only, kubectl among them, and Node can use certificates but not make them.
 */
export function selfSignedCertificate(now: Date = new Date()): TlsCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const toSign = certificateBody(publicKey, now);
  const signature = sign('sha256', toSign, privateKey);
  const der = sequence(toSign, sequence(oids.ecdsaSha256), element(tags.bits, Buffer.of(0), signature));
  const base64 = der
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n')
    .trim();
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function certificateBody(publicKey: KeyObject, now: Date): Buffer {
  const commonName = sequence(oids.commonName, element(tags.utf8, Buffer.from('podwright embedded cluster')));
  const name = sequence(element(tags.set, commonName));
  const validity = sequence(utcTime(now.getTime() - clockSkewMs), utcTime(now.getTime() + validityMs));
  const altNames = sequence(element(0x82, Buffer.from('localhost')), element(0x87, Buffer.of(127, 0, 0, 1)));
  const extensions = sequence(
    sequence(oids.constraints, yes, element(tags.octets, sequence(yes))),
    sequence(oids.altNames, element(tags.octets, altNames)),
  );
  return sequence(
    element(0xa0, element(tags.integer, Buffer.of(2))),
    // Positive: the first bit is not set.
    element(tags.integer, Buffer.of(1), randomBytes(15)),
    sequence(oids.ecdsaSha256),
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, extensions),
  );
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(tags.sequence, ...parts);
}

/** One element of DER: tag, length, content. */
function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return element(tags.time, Buffer.from(`${digits}Z`));
}
