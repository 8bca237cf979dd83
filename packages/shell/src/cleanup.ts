import type { JobPaths, PlanRequest, Variables } from '@podwright/core';
import { filesFolder, fileVariables } from './file-variables.ts';
import { quote } from './quote.ts';
import { repositoryUrl } from './repository-url.ts';
import { credentialsFile } from './repository.ts';
import type { SourceOptions } from './source-options.ts';

/** Whether the job leaves secrets beside its sources, which a volume would keep for the next job. */
export function leavesFiles(request: PlanRequest, { strategy }: SourceOptions): boolean {
  if (fileVariables(request.variables).length > 0) return true;
  return strategy !== 'none' && strategy !== 'empty' && repositoryUrl(request).authenticated !== undefined;
}

/** Removes both containers' copies of the file variables, and the credentials for the repository. */
export function cleanupScript(paths: JobPaths, variables: Variables): string {
  const files = fileVariables(variables).map(({ key }) => `${filesFolder(paths, 'build')}/${key}`);
  return `rm -rf ${[...files, filesFolder(paths, 'helper'), credentialsFile(paths.tmpDir)].map(quote).join(' ')}\n`;
}
