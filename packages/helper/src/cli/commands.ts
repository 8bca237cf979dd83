import type { Command } from './command.ts';

/** How each command is loaded: only the one that is run is. */
export const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  'artifacts-downloader': {
    summary: 'downloads and extracts the artifacts of a job',
    load: async () => (await import('../commands/artifacts-downloader.ts')).artifactsDownloader,
  },
  'artifacts-uploader': {
    summary: 'packs and uploads artifacts',
    load: async () => (await import('../commands/artifacts-uploader.ts')).artifactsUploader,
  },
  'cache-archiver': {
    summary: 'packs and uploads a cache',
    load: async () => (await import('../commands/cache-archiver.ts')).cacheArchiver,
  },
  'cache-extractor': {
    summary: 'downloads and extracts a cache',
    load: async () => (await import('../commands/cache-extractor.ts')).cacheExtractor,
  },
  'cache-init': {
    summary: 'makes directories for caches',
    load: async () => (await import('../commands/cache-init.ts')).cacheInit,
  },
  'health-check': {
    summary: 'waits until services accept connections',
    load: async () => (await import('../commands/health-check.ts')).healthCheck,
  },
};
