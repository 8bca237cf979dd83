import { hostname } from 'node:os';
import { isWrittenImage, runnerConfigSchema, type TomlTable } from '@podwright/core';
import { Prompter } from './prompter.ts';
import { withTemplate } from './template.ts';
import { isAuthenticationToken, problemOfToken } from './token.ts';
import type { Io } from '../io.ts';

/** What is known of a runner before anybody was asked. */
export interface Known {
  /** Keys of the `[[runners]]`. */
  readonly runner: TomlTable;
  /** Empty when it was not given. */
  readonly token: string;
  readonly isAuthentication: boolean;
  /** Absent when they were not given. */
  readonly tags: string | undefined;
}

/** What is known is not asked for. @throws UsageError when the questions are not answered */
export async function askForRest(known: Known, io: Pick<Io, 'stdin' | 'stderr'>): Promise<Known> {
  const prompter = new Prompter(io);
  try {
    const { runner } = known;
    const url = textOf(runner, 'url') || (await prompter.ask({ text: 'URL of GitLab', problemOf: problemOfUrl }));
    const token = known.token || (await prompter.ask({ text: tokenText, isSecret: true, problemOf: problemOfToken }));
    const isAuthentication = known.isAuthentication || isAuthenticationToken(token);
    const name = textOf(runner, 'name') || (await prompter.ask({ text: 'Name of the runner', fallback: hostname() }));
    const tags = isAuthentication ? undefined : (known.tags ?? (await prompter.ask({ text: tagsText })));
    const image = imageOf(runner) ?? (await prompter.ask({ text: imageText, problemOf: problemOfImage }));
    const kubernetes = image === '' ? {} : { kubernetes: { image } };
    return { runner: withTemplate({ ...kubernetes, url, name }, runner), token, isAuthentication, tags };
  } finally {
    prompter.close();
  }
}

const tokenText = 'Token: that of a runner made in GitLab (glrt-…), or a registration token (is not shown)';
const tagsText = 'Tags, separated by commas (none: the runner takes jobs without tags)';
const imageText = 'Image of jobs that name none (none: such jobs are refused)';

function problemOfUrl(url: string): string | undefined {
  const example = 'such as https://gitlab.example.com';
  if (url === '') return `must not be empty: an http or https URL ${example}`;
  return runnerConfigSchema.shape.url.safeParse(url).success ? undefined : `must be an http or https URL ${example}`;
}

function problemOfImage(image: string): string | undefined {
  return image === '' || isWrittenImage(image) ? undefined : 'is no name of an image, such as debian:bookworm';
}

function textOf(table: TomlTable, key: string): string {
  return typeof table[key] === 'string' ? table[key] : '';
}

/** One that is no text is there, too; the checks of the configuration will refuse it. */
function imageOf({ kubernetes }: TomlTable): string | undefined {
  const image = typeof kubernetes === 'object' && kubernetes !== null ? (kubernetes as TomlTable)['image'] : undefined;
  return typeof image === 'string' || image === undefined ? image : '?';
}
