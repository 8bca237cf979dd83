import { z } from 'zod';
import { missing, type KeyProblem } from '../key-problem.ts';
import { isRsaKey } from './rsa-key.ts';

/** `[runners.cache.gcs]`. */
export const gcsConfigSchema = z.strictObject({
  CredentialsFile: z
    .string()
    .default('')
    .describe('Path of the key of a service account, as Google Cloud hands it out (JSON).'),
  AccessID: z.string().default('').describe('Email of a service account; needs `PrivateKey`.'),
  PrivateKey: z.string().default('').describe('Its private key (PEM). Secret.'),
  BucketName: z
    .string()
    .regex(/^[a-z0-9._-]*$/, { error: 'is no name of a bucket' })
    .default('')
    .describe('The bucket; must be there.'),
  UniverseDomain: z
    .string()
    .regex(/^[a-z0-9.-]*$/, { error: 'must be a domain such as "googleapis.com"' })
    .default('')
    .describe('Domain of the Google Cloud APIs. Empty: `googleapis.com`.'),
});

export type GcsConfig = z.output<typeof gcsConfigSchema>;

/** What is wrong with the table when it is to be used. */
export function gcsProblems(gcs: GcsConfig): KeyProblem[] {
  return [...missing(gcs, ['BucketName']), ...credentialProblems(gcs)];
}

function credentialProblems(gcs: GcsConfig): KeyProblem[] {
  const keys = ['AccessID', 'PrivateKey'] as const;
  const given = keys.find((key) => gcs[key] !== '');
  if (given === undefined) return [];
  if (gcs.CredentialsFile !== '') {
    return [{ key: 'CredentialsFile', message: `contradicts ${given}: only one of them can be signed with` }];
  }
  const isBroken = gcs.PrivateKey !== '' && !isRsaKey(gcs.PrivateKey);
  return [
    ...missing(gcs, [...keys]).map(({ key }) => ({ key, message: `is missing: ${given} is set` })),
    ...(isBroken ? [{ key: 'PrivateKey', message: 'is no private RSA key (PEM); it is not shown here' }] : []),
  ];
}
