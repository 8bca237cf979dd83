import { ConfigError, formatProblem, type Problem } from '@podwright/core';
import { exitStatus } from '../exit-status.ts';
import { connectionProblems } from '../connection-problems.ts';
import { examineConfiguration } from '../read-configuration.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

/**
 * Says everything that is wrong or odd about a configuration, a line each.
 * @param file path of the `config.toml`
 * @returns the exit status: bad input when anything is wrong
 */
export async function configCheck(file: string, io: Io): Promise<number> {
  const { problems, summary } = await check(file, io);
  const lines = problems.map((problem) => {
    const place = problem.line === undefined ? `${file}: ` : '';
    return `${place}${formatProblem(problem, file)}\n`;
  });
  const errors = problems.filter(({ kind }) => kind !== 'notice').length;
  const warnings = problems.length - errors;
  await write(io, `${lines.join('')}${file}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}${summary}\n`);
  return errors === 0 ? exitStatus.success : exitStatus.badInput;
}

async function check(file: string, io: Io): Promise<{ problems: readonly Problem[]; summary: string }> {
  try {
    const examined = await examineConfiguration(file, io);
    const problems = examined.inOrder([...examined.problems, ...(await connectionProblems(examined, io))]);
    const runners = examined.runners.filter(({ isForeign }) => !isForeign).length;
    return { problems, summary: `, ${counted(runners, 'runner')}, ${counted(examined.enabled.length, 'plugin')}` };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, summary: '' };
    throw error;
  }
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
