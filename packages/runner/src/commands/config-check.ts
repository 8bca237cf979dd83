import { loadConnection, type ConnectionConfig } from '@podwright/cluster';
import { ConfigError, PluginLoadError, formatProblem, type Problem } from '@podwright/core';
import { exitStatus } from '../exit-status.ts';
import { connectionOwner, readConfiguration, type ReadConfiguration } from '../read-configuration.ts';
import { setUpRunners } from '../set-up-runners.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

/**
 * Says everything that is wrong or odd about a configuration, a line each.
 * @param file path of the `config.toml`
 * @returns the exit status: bad input when anything is wrong
 */
export async function configCheck(file: string, io: Io): Promise<number> {
  const { problems, summary } = await check(file, io);
  const lines = problems.map(
    (problem) => `${file}: ${problem.kind === 'notice' ? 'warning: ' : ''}${formatProblem(problem)}\n`,
  );
  const errors = problems.filter(({ kind }) => kind !== 'notice').length;
  const warnings = problems.length - errors;
  await write(io, `${lines.join('')}${file}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}${summary}\n`);
  return errors === 0 ? exitStatus.success : exitStatus.badInput;
}

async function check(file: string, io: Io): Promise<{ problems: readonly Problem[]; summary: string }> {
  try {
    const read = await readConfiguration(file, io.cwd);
    const files = await connectionProblems(read, io);
    setUpRunners(read, io);
    const summary = `, ${counted(read.config.runners.length, 'runner')}, ${counted(read.enabled.length, 'plugin')}`;
    return { problems: [...read.unknownKeys, ...files, ...read.notices], summary };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, summary: '' };
    if (error instanceof PluginLoadError) {
      return { problems: [{ path: 'podwright', message: error.message, kind: 'invalid' }], summary: '' };
    }
    throw error;
  }
}

/** The files that runners with a `host` name. Where there is none, what will be found depends on the place. */
async function connectionProblems({ config }: ReadConfiguration, io: Io): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [i, runner] of config.runners.entries()) {
    const connection = runner.kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig;
    if (connection.host === '') continue;
    try {
      await loadConnection(connection, { env: io.env, base: `runners[${i}].kubernetes` });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  return problems;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
