export { readCiFile } from './gitlab-ci/read-ci-file.ts';
export { toPayload } from './gitlab-ci/to-payload.ts';
