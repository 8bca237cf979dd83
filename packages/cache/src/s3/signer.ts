import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { longestSeconds, type Signer } from '../signer.ts';
import { encryptionOf, hasAccessKey, type S3Config } from './config.ts';
import { endpointOf } from './endpoint.ts';

/** Signs URLs of S3. With keys in the configuration nobody is asked; else the AWS SDK finds some, and keeps them while they last. */
export function createS3Signer(config: S3Config): Signer {
  const client = new S3Client({
    ...endpointOf(config),
    ...credentialsOf(config),
    region: config.BucketLocation || 'us-east-1',
    // Who uses the URLs knows nothing of checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const { input: encryption, headers } = encryptionFor(config);
  return async (name, seconds) => {
    const expiresIn = Math.min(seconds, longestSeconds);
    const object = { Bucket: config.BucketName, Key: name };
    const [get, put] = await Promise.all([
      getSignedUrl(client, new GetObjectCommand(object), { expiresIn }),
      getSignedUrl(client, new PutObjectCommand({ ...object, ...encryption }), { expiresIn }),
    ]);
    return { get: overHttp(get, config), put: { url: overHttp(put, config), headers } };
  };
}

/** The SDK knows the hosts of AWS with https only. No signature covers the scheme. */
function overHttp(url: string, { Insecure }: S3Config): string {
  return Insecure ? url.replace(/^https:/, 'http:') : url;
}

function credentialsOf(config: S3Config): Pick<S3ClientConfig, 'credentials'> {
  if (!hasAccessKey(config)) return {};
  const { AccessKey, SecretKey, SessionToken } = config;
  return {
    credentials: {
      accessKeyId: AccessKey,
      secretAccessKey: SecretKey,
      ...(SessionToken !== '' && { sessionToken: SessionToken }),
    },
  };
}

/** What a PUT has to say of encryption: part of what is signed, so the request must say the same. */
function encryptionFor(config: S3Config): {
  readonly input: Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;
  readonly headers: Readonly<Record<string, string>>;
} {
  const encryption = encryptionOf(config.ServerSideEncryption);
  const key = config.ServerSideEncryptionKeyID;
  if (encryption === undefined) return { input: {}, headers: {} };
  return {
    input: { ServerSideEncryption: encryption, ...(key !== '' && { SSEKMSKeyId: key }) },
    headers: {
      'x-amz-server-side-encryption': encryption,
      ...(key !== '' && { 'x-amz-server-side-encryption-aws-kms-key-id': key }),
    },
  };
}
