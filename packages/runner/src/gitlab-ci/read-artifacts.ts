import { unknownKey } from '@podwright/core';
import type { CiArtifact } from './ci-job.ts';
import { parseDuration } from './duration.ts';
import type { CiValue } from './value.ts';

const artifactKeys = [
  'access',
  'exclude',
  'expire_in',
  'expose_as',
  'name',
  'paths',
  'public',
  'reports',
  'untracked',
  'when',
];
const whens = ['on_success', 'on_failure', 'always'] as const;

const defaultReport = { file: '', format: 'raw' };

/** The name under which GitLab keeps each kind of report, and how it is packed. */
const reports = new Map<string, { file: string; format: string }>([
  ['accessibility', { file: 'gl-accessibility.json', format: 'raw' }],
  ['annotations', { file: 'annotations.json', format: 'gzip' }],
  ['api_fuzzing', { file: 'gl-api-fuzzing-report.json', format: 'raw' }],
  ['browser_performance', { file: 'browser-performance.json', format: 'raw' }],
  ['cluster_image_scanning', { file: 'gl-cluster-image-scanning-report.json', format: 'raw' }],
  ['codequality', { file: 'gl-code-quality-report.json', format: 'raw' }],
  ['container_scanning', { file: 'gl-container-scanning-report.json', format: 'raw' }],
  ['coverage_fuzzing', { file: 'gl-coverage-fuzzing.json', format: 'raw' }],
  ['coverage_report', { file: 'cobertura-coverage.xml', format: 'gzip' }],
  ['cyclonedx', { file: 'gl-sbom.cdx.json', format: 'gzip' }],
  ['dast', { file: 'gl-dast-report.json', format: 'raw' }],
  ['dependency_scanning', { file: 'gl-dependency-scanning-report.json', format: 'raw' }],
  ['dotenv', { file: '.env', format: 'gzip' }],
  ['junit', { file: 'junit.xml', format: 'gzip' }],
  ['license_scanning', { file: 'gl-license-scanning-report.json', format: 'raw' }],
  ['load_performance', { file: 'load-performance.json', format: 'raw' }],
  ['lsif', { file: 'lsif.json', format: 'zip' }],
  ['metrics', { file: 'metrics.txt', format: 'gzip' }],
  ['performance', { file: 'performance.json', format: 'raw' }],
  ['repository_xray', { file: 'gl-repository-xray.json', format: 'gzip' }],
  ['requirements', { file: 'requirements.json', format: 'gzip' }],
  ['sast', { file: 'gl-sast-report.json', format: 'raw' }],
  ['secret_detection', { file: 'gl-secret-detection-report.json', format: 'raw' }],
  ['terraform', { file: 'tfplan.json', format: 'gzip' }],
]);

/** `artifacts`: one archive of the paths, and one entry for each kind of report. */
export function readArtifacts(value: CiValue): CiArtifact[] {
  value.checkKeys(artifactKeys);
  const name = value.get('name')?.string();
  const untracked = value.get('untracked')?.boolean();
  const paths = value.get('paths')?.strings();
  const exclude = value.get('exclude')?.strings();
  const when = value.get('when')?.oneOf(whens);
  const expireIn = readExpiry(value);
  const common = {
    ...(when !== undefined && { when }),
    ...(expireIn !== undefined && { expire_in: expireIn }),
  };
  const archive = {
    ...common,
    ...(name !== undefined && { name }),
    ...(untracked !== undefined && { untracked }),
    ...(paths && { paths }),
    ...(exclude && { exclude }),
    artifact_type: 'archive',
    artifact_format: 'zip',
  };
  const hasArchive = untracked === true || (paths !== undefined && paths.length > 0);
  return [...(hasArchive ? [archive] : []), ...readReports(value.get('reports'), common)];
}

function readReports(value: CiValue | undefined, common: { when?: string; expire_in?: string }): CiArtifact[] {
  return (value?.entries() ?? []).flatMap(([type, entry]) => {
    const report = reports.get(type);
    if (report === undefined) entry.report(unknownKey(entry.path, type, [...reports.keys()]).message);
    const { file, format } = report ?? defaultReport;
    const isCoverage = type === 'coverage_report';
    const paths = (isCoverage ? entry.get('path') : entry)?.strings() ?? [];
    return [
      {
        when: 'always',
        ...common,
        name: file,
        paths,
        artifact_type: isCoverage ? (entry.get('coverage_format')?.string() ?? 'cobertura') : type,
        artifact_format: format,
      },
    ];
  });
}

function readExpiry(value: CiValue): string | undefined {
  const given = value.get('expire_in');
  const text = given?.string();
  if (given === undefined || text === undefined) return undefined;
  if (text !== 'never' && parseDuration(text) === undefined) {
    given.report(`${JSON.stringify(text)} is not a duration such as "1 week" or "2h 30m", nor "never"`);
  }
  return text;
}
