import { z } from 'zod';
import { missing, type KeyProblem } from '../key-problem.ts';
import { isAccelerated, isAmazon, serverUrl } from './endpoint.ts';

/** What is written for each way to encrypt, in upper case, and the name that S3 has for it. */
export const encryptions = {
  S3: 'AES256',
  AES256: 'AES256',
  KMS: 'aws:kms',
  'AWS:KMS': 'aws:kms',
  'DSSE-KMS': 'aws:kms:dsse',
} as const;

/** `[runners.cache.s3]`. */
export const s3ConfigSchema = z.strictObject({
  ServerAddress: z
    .string()
    .refine((address) => address === '' || serverUrl(address, false) !== undefined, {
      error: 'must be a host, with or without a port, such as "minio.example.com:9000"',
    })
    .default('')
    .describe('Host, and port, of the server. Empty and `s3.amazonaws.com`: AWS, at the host of the region.'),
  AccessKey: z.string().default('').describe('Id of the access key.'),
  SecretKey: z.string().default('').describe('The access key. Secret.'),
  SessionToken: z.string().default('').describe('Session of a temporary access key. Secret.'),
  BucketName: z
    .string()
    .regex(/^[a-zA-Z0-9._:/-]*$/, { error: 'is no name of a bucket' })
    .default('')
    .describe('The bucket; must be there.'),
  BucketLocation: z
    .string()
    .regex(/^[a-zA-Z0-9-]*$/, { error: 'must be a region such as "eu-central-1"' })
    .default('')
    .describe('Its region. Empty: `us-east-1`.'),
  Insecure: z.boolean().default(false).describe('Whether the server is reached over plain HTTP.'),
  AuthenticationType: z
    .enum(['', 'access-key', 'iam'])
    .default('')
    .describe(
      '`access-key`: the keys above. `iam`: what the AWS SDK finds, in its environment, files, or the role of the Pod or node. Empty: `access-key` where keys are set, else `iam`.',
    ),
  ServerSideEncryption: z
    .string()
    .refine((name) => name === '' || encryptionOf(name) !== undefined, { error: 'must be S3, KMS or DSSE-KMS' })
    .default('')
    .describe('`S3`, `KMS` or `DSSE-KMS`: how S3 encrypts what is stored. Empty: as the bucket says.'),
  ServerSideEncryptionKeyID: z
    .string()
    .default('')
    .describe('Key of `KMS` and `DSSE-KMS`. Empty: the default one of AWS.'),
  DualStack: z
    .boolean()
    .optional()
    .describe('Whether the hosts of AWS with IPv4 and IPv6 addresses are used. Not set: they are.'),
  PathStyle: z
    .boolean()
    .optional()
    .describe('Whether the bucket is in the path instead of the host. Not set: as the server is known to want it.'),
  Accelerate: z.boolean().default(false).describe('Whether S3 Transfer Acceleration is used.'),
});

export type S3Config = z.output<typeof s3ConfigSchema>;

/** S3's own name of an encryption. */
export function encryptionOf(name: string): (typeof encryptions)[keyof typeof encryptions] | undefined {
  const upper = name.toUpperCase();
  return Object.hasOwn(encryptions, upper) ? encryptions[upper as keyof typeof encryptions] : undefined;
}

/** Whether the keys of the configuration are signed with, instead of what the AWS SDK finds. */
export function hasAccessKey({ AuthenticationType, AccessKey }: S3Config): boolean {
  return AuthenticationType === 'access-key' || (AuthenticationType === '' && AccessKey !== '');
}

/** What is wrong with the table when it is to be used. */
export function s3Problems(s3: S3Config): KeyProblem[] {
  return [...missing(s3, ['BucketName']), ...credentialProblems(s3), ...encryptionProblems(s3), ...placeProblems(s3)];
}

function credentialProblems(s3: S3Config): KeyProblem[] {
  const keys = ['AccessKey', 'SecretKey', 'SessionToken'] as const;
  if (s3.AuthenticationType === 'iam') {
    const unused = keys.filter((key) => s3[key] !== '');
    return unused.map((key) => ({ key, message: 'contradicts AuthenticationType = "iam", which takes no keys' }));
  }
  const given = keys.find((key) => s3[key] !== '');
  if (given === undefined && s3.AuthenticationType === '') return [];
  const why = given === undefined ? 'AuthenticationType is "access-key"' : `${given} is set`;
  return missing(s3, ['AccessKey', 'SecretKey']).map(({ key }) => ({ key, message: `is missing: ${why}` }));
}

function encryptionProblems({ ServerSideEncryption, ServerSideEncryptionKeyID }: S3Config): KeyProblem[] {
  const hasKey = encryptionOf(ServerSideEncryption)?.startsWith('aws:') ?? false;
  if (ServerSideEncryptionKeyID === '' || hasKey) return [];
  return [{ key: 'ServerSideEncryptionKeyID', message: 'is for ServerSideEncryption = "KMS" or "DSSE-KMS" only' }];
}

function placeProblems(s3: S3Config): KeyProblem[] {
  if (!isAccelerated(s3)) return [];
  if (!isAmazon(s3.ServerAddress)) return [{ key: 'Accelerate', message: 'is for AWS only: leave ServerAddress out' }];
  return s3.PathStyle === true ? [{ key: 'PathStyle', message: 'is not possible with acceleration' }] : [];
}
