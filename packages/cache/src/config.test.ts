import { generateKeyPairSync } from 'node:crypto';
import { formatProblem, inspectConfig } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { cacheConfigSchema, cacheNotices, type CacheConfig } from './config.ts';

const owner = {
  name: 'cache',
  configSchema: cacheConfigSchema,
  notices: (config: unknown) => cacheNotices(config as CacheConfig),
};
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const { privateKey: curve } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const curvePem = curve.export({ type: 'pkcs8', format: 'pem' }) as string;

/** What is said of a `[runners.cache]`, without its place. */
function said(text: string): string[] {
  const toml = `[[runners]]\n[runners.cache]\n${text}`;
  const { problems } = inspectConfig(toml, { source: 'f', owners: [], cacheOwner: owner });
  return problems.map((problem) =>
    formatProblem(problem, 'f').replace(/^f:\d+: (warning: )?runners\[0\]\.cache\./, '$1'),
  );
}

describe('[runners.cache]', () => {
  it.each([
    ['nothing', ''],
    ['what gitlab-runner register writes', 'MaxUploadedArchiveSize = 0\n[runners.cache.s3]\n[runners.cache.gcs]'],
    ['a bucket with the role of the node', 'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"'],
    [
      'a server of our own',
      'Type = "s3"\nPath = "p"\nShared = true\n[runners.cache.s3]\nServerAddress = "minio:9000"\nAccessKey = "a"\nSecretKey = "s"\nBucketName = "b"\nInsecure = true\nPathStyle = true',
    ],
    [
      'encryption',
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nServerSideEncryption = "kms"\nServerSideEncryptionKeyID = "k"',
    ],
    ['what surrounds it', 'Type = "gcs"\n[runners.cache.gcs]\nBucketName = "b"'],
    [
      'a service account',
      `Type = "gcs"\n[runners.cache.gcs]\nBucketName = "b"\nAccessID = "a@b"\nPrivateKey = """${pem}"""`,
    ],
    ['azure', 'Type = "azure"\n[runners.cache.azure]\nAccountName = "a"\nAccountKey = "YQ=="\nContainerName = "c"'],
  ])('takes %s', (_, text) => expect(said(text)).toEqual([]));

  it.each([
    ['Type = "S3"', ['Type: invalid option: expected one of ""|"s3"|"gcs"|"azure"']],
    ['Path = "../x"', ['Path: leads out of the bucket']],
    ['type = "s3"', ['type: unknown key, did you mean Type?']],
    [
      'Type = "s3"\nShard = true\n[runners.cache.s3]\nbucketname = "b"\nAccessKey = "a"',
      [
        'Shard: unknown key, did you mean Shared?',
        's3.BucketName: is missing',
        's3.SecretKey: is missing: AccessKey is set',
        's3.bucketname: unknown key, did you mean BucketName?',
      ],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nAuthenticationType = "access-key"',
      [
        's3.AccessKey: is missing: AuthenticationType is "access-key"',
        's3.SecretKey: is missing: AuthenticationType is "access-key"',
      ],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nAuthenticationType = "iam"\nSecretKey = "s3cret"',
      ['s3.SecretKey: contradicts AuthenticationType = "iam", which takes no keys'],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nServerAddress = "https://minio"',
      ['s3.ServerAddress: must be a host, with or without a port, such as "minio.example.com:9000"'],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nServerSideEncryption = "rot13"',
      ['s3.ServerSideEncryption: must be S3, KMS or DSSE-KMS'],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nServerSideEncryptionKeyID = "k"',
      ['s3.ServerSideEncryptionKeyID: is for ServerSideEncryption = "KMS" or "DSSE-KMS" only'],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nServerAddress = "minio"\nAccelerate = true',
      ['s3.Accelerate: is for AWS only: leave ServerAddress out'],
    ],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\nRoleARN = "arn"',
      [expect.stringMatching(/^s3\.RoleARN: is GitLab Runner's, podwright does not have it; the AWS SDK/)],
    ],
    [
      'Type = "gcs"\n[runners.cache.gcs]\nCredentialsFile = "f"\nAccessID = "a"',
      ['gcs.CredentialsFile: contradicts AccessID: only one of them can be signed with', 'gcs.BucketName: is missing'],
    ],
    [
      'Type = "gcs"\n[runners.cache.gcs]\nBucketName = "b"\nPrivateKey = "s3cret"',
      [
        'gcs.AccessID: is missing: PrivateKey is set',
        'gcs.PrivateKey: is no private RSA key (PEM); it is not shown here',
      ],
    ],
    [
      `Type = "gcs"\n[runners.cache.gcs]\nBucketName = "b"\nAccessID = "a"\nPrivateKey = """${curvePem}"""`,
      ['gcs.PrivateKey: is no private RSA key (PEM); it is not shown here'],
    ],
    [
      'Type = "azure"\n[runners.cache.azure]\nContainerName = "c"',
      [
        'azure.AccountName: is missing',
        'azure.AccountKey: is missing: podwright signs with the key of the account, and has no managed identities',
      ],
    ],
    ['[runners.cache.azure]\nAccountKey = "s3cret!"', ['azure.AccountKey: must be base64; it is not shown here']],
    ['Path = "p"', ['warning: Type: is not set: caches are not shared, and stay where they are']],
    [
      'Type = "s3"\n[runners.cache.s3]\nBucketName = "b"\n[runners.cache.gcs]\nBucketName = "c"',
      ['warning: gcs: has no effect: Type is "s3"'],
    ],
  ])('says of %j what is wrong', (text, problems) => {
    expect(said(text)).toHaveLength(problems.length);
    expect(said(text)).toEqual(expect.arrayContaining([...problems]));
    expect(said(text).join('\n')).not.toContain('s3cret');
  });
});
