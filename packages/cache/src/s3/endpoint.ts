/** The part of `[runners.cache.s3]` that says where the server is. */
export interface S3Place {
  readonly ServerAddress: string;
  readonly BucketName: string;
  readonly Insecure: boolean;
  readonly DualStack?: boolean | undefined;
  readonly PathStyle?: boolean | undefined;
  readonly Accelerate: boolean;
}

/** How the AWS SDK is told where the server is. */
export interface S3Endpoint {
  /** Absent: AWS, where the SDK knows the hosts. */
  readonly endpoint?: string;
  readonly forcePathStyle?: boolean;
  readonly useDualstackEndpoint?: boolean;
  readonly useAccelerateEndpoint?: boolean;
}

const accelerated = new Set(['s3-accelerate.amazonaws.com', 's3-accelerate.dualstack.amazonaws.com']);
/** Servers that have a host for each bucket, with the rest of their names. */
const hostPerBucket = ['.amazonaws.com', '.amazonaws.com.cn', '.aliyuncs.com'];

/** Whether an address stands for AWS as such, and not for one of its hosts. */
export function isAmazon(address: string): boolean {
  return address === '' || address === 's3.amazonaws.com' || accelerated.has(address);
}

export function isAccelerated({ ServerAddress, Accelerate }: Pick<S3Place, 'ServerAddress' | 'Accelerate'>): boolean {
  return Accelerate || accelerated.has(ServerAddress);
}

/** The URL of a `host` or `host:port`; undefined for what is neither. */
export function serverUrl(address: string, insecure: boolean): URL | undefined {
  if (!/^[^/?#@\s\\]+$/.test(address)) return undefined;
  const text = `${insecure ? 'http' : 'https'}://${address}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

export function endpointOf(place: S3Place): S3Endpoint {
  const { ServerAddress, Insecure, DualStack = true, PathStyle } = place;
  if (isAmazon(ServerAddress)) {
    return {
      useDualstackEndpoint: DualStack,
      useAccelerateEndpoint: isAccelerated(place),
      // Not set, the SDK chooses by the bucket's name.
      ...(PathStyle !== undefined && { forcePathStyle: PathStyle }),
    };
  }
  const url = serverUrl(ServerAddress, Insecure);
  if (url === undefined) throw new Error('ServerAddress is no host');
  return { endpoint: url.origin, forcePathStyle: PathStyle ?? !hasHostPerBucket(url, place) };
}

/** A certificate for all hosts of a server does not cover what has a dot before them. */
function hasHostPerBucket({ hostname, protocol }: URL, { BucketName }: S3Place): boolean {
  if (protocol === 'https:' && BucketName.includes('.')) return false;
  return hostname === 'storage.googleapis.com' || hostPerBucket.some((end) => hostname.endsWith(end));
}
