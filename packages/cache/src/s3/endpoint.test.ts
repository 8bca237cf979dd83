import { describe, expect, it } from 'vitest';
import { endpointOf, serverUrl, type S3Place } from './endpoint.ts';

const place: S3Place = { ServerAddress: '', BucketName: 'b', Insecure: false, Accelerate: false };
const aws = { useDualstackEndpoint: true, useAccelerateEndpoint: false };

describe('endpointOf', () => {
  it.each([
    [{}, aws],
    [{ ServerAddress: 's3.amazonaws.com' }, aws],
    [{ ServerAddress: 's3-accelerate.amazonaws.com' }, { ...aws, useAccelerateEndpoint: true }],
    [
      { Accelerate: true, DualStack: false },
      { ...aws, useAccelerateEndpoint: true, useDualstackEndpoint: false },
    ],
    [
      { PathStyle: true, Insecure: true },
      { ...aws, forcePathStyle: true },
    ],
    [{ ServerAddress: 'minio:9000' }, { endpoint: 'https://minio:9000', forcePathStyle: true }],
    [
      { ServerAddress: 'minio', Insecure: true },
      { endpoint: 'http://minio', forcePathStyle: true },
    ],
    [
      { ServerAddress: 'minio', PathStyle: false },
      { endpoint: 'https://minio', forcePathStyle: false },
    ],
    [
      { ServerAddress: 's3.eu-west-1.amazonaws.com' },
      { endpoint: 'https://s3.eu-west-1.amazonaws.com', forcePathStyle: false },
    ],
    [
      { ServerAddress: 's3.eu-west-1.amazonaws.com', BucketName: 'a.b' },
      { endpoint: 'https://s3.eu-west-1.amazonaws.com', forcePathStyle: true },
    ],
    [
      { ServerAddress: 'storage.googleapis.com' },
      { endpoint: 'https://storage.googleapis.com', forcePathStyle: false },
    ],
    [{ ServerAddress: '[::1]:9000' }, { endpoint: 'https://[::1]:9000', forcePathStyle: true }],
  ])('of %j is %j', (given, expected) => expect(endpointOf({ ...place, ...given })).toEqual(expected));

  it.each(['', 'a b', 'http://a', 'a/b', 'u@a', 'a:b', 'a?b'])('%j is no server', (address) => {
    expect(serverUrl(address, true)).toBeUndefined();
  });
});
