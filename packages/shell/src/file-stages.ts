import type { PlanRequest, Stage } from '@podwright/core';
import { archiveCacheScript } from './archive-cache.ts';
import { plannedCaches, type PlannedCache } from './cache-plan.ts';
import { downloadArtifactsScript, downloads } from './download-artifacts.ts';
import { attempts } from './option-values.ts';
import { restoreCacheScript } from './restore-cache.ts';
import { uploadArtifactsScript, uploads } from './upload-artifacts.ts';

/** The stages that bring files before the steps, and take them away afterwards. Each is there when it has something to do. */
export interface FileStages {
  readonly before: readonly Stage[];
  readonly after: readonly Stage[];
}

const common = {
  container: 'helper',
  condition: 'on_success',
  afterCancel: false,
  afterTimeout: false,
  attempts: 1,
  countsForResult: true,
} as const;

/** @param problems told what makes no sense in the variables and the caches */
export function fileStages(request: PlanRequest, problems: string[]): FileStages {
  const caches = plannedCaches(request, problems);
  return {
    before: [...restoreStage(caches, request, problems), ...downloadStage(request, problems)],
    after: [
      ...archiveStage('on_failure', caches, request),
      ...archiveStage('on_success', caches, request),
      // Before the other one: it must not follow when only that one's upload has failed.
      ...uploadStage('on_failure', request),
      ...uploadStage('on_success', request),
    ],
  };
}

function restoreStage(caches: readonly PlannedCache[], request: PlanRequest, problems: string[]): Stage[] {
  if (caches.length === 0) return [];
  const stage = { ...common, name: 'restore_cache', title: 'Restoring cache', countsForResult: false };
  const tries = attempts(request.variables, 'RESTORE_CACHE_ATTEMPTS', problems);
  return [{ ...stage, attempts: tries, script: restoreCacheScript(caches, request) }];
}

function downloadStage(request: PlanRequest, problems: string[]): Stage[] {
  const wanted = downloads(request);
  if (wanted.length === 0) return [];
  const stage = { ...common, name: 'download_artifacts', title: 'Downloading artifacts', failsForJob: true };
  const tries = attempts(request.variables, 'ARTIFACT_DOWNLOAD_ATTEMPTS', problems);
  return [{ ...stage, attempts: tries, script: downloadArtifactsScript(wanted, request) }];
}

type Flavour = 'on_success' | 'on_failure';

function archiveStage(condition: Flavour, caches: readonly PlannedCache[], request: PlanRequest): Stage[] {
  const due = caches.filter(({ when }) => when === 'always' || when === condition);
  if (due.length === 0) return [];
  const names = {
    on_success: { name: 'archive_cache', title: 'Saving cache for successful job' },
    on_failure: { name: 'archive_cache_on_failure', title: 'Saving cache for failed job' },
  };
  const stage = {
    ...common,
    ...names[condition],
    condition,
    afterCancel: 'once_begun',
    countsForResult: false,
  } as const;
  return [{ ...stage, script: archiveCacheScript(due, request) }];
}

function uploadStage(condition: Flavour, request: PlanRequest): Stage[] {
  const due = uploads(request).filter(({ when }) => when === 'always' || when === condition);
  if (due.length === 0) return [];
  const title = `Uploading artifacts for ${condition === 'on_success' ? 'successful' : 'failed'} job`;
  const stage = {
    ...common,
    name: `upload_artifacts_${condition}`,
    title,
    condition,
    afterCancel: 'once_begun',
    failsForJob: true,
  } as const;
  return [{ ...stage, script: uploadArtifactsScript(due, request) }];
}
