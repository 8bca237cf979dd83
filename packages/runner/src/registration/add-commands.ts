import type { Command } from 'commander';
import { optionOf, type CommandLine } from './flag-option.ts';
import { configFlag, registerFlags } from './register-flags.ts';
import { selectionFlags } from './selection-flags.ts';
import type { RegistrationFlag } from './flag.ts';
import type { Io } from '../io.ts';

const registerHelp = `
On a terminal, what is missing is asked for; elsewhere, and with --non-interactive, --url and a token are needed.
GitLab is told nothing before it is sure that the configuration will be right and can be written. The file is replaced as a
whole; what is in it stays as it is, comments included. A running podwright takes the new runner within 3 seconds.

A token that begins with glrt- is that of a runner made in GitLab: it is verified, and what GitLab keeps of a runner (tags
and the like) is set there. With a registration token a new runner is made.
Tokens are better given by the environment, or typed: the arguments of a process can be seen by others.

Lists and tables have one entry for each use of their flag. Booleans: --flag, --flag=true or --flag=false.
Tables of tables (volumes, services, affinity, …) come from the template or are written into the file.

Exit status: 0 registered, 2 wrong usage, configuration or token, 3 GitLab or the file could not be reached.

Examples:
  podwright register
  CI_SERVER_TOKEN=glrt-… podwright register -n --url https://gitlab.example.com --kubernetes-image debian:bookworm
  REGISTRATION_TOKEN=… podwright register -n --url https://gitlab.example.com --tag-list k8s,linux --template-config t.toml`;

const verifyHelp = `
Without --name or --url and --token, all runners of the file are verified, those of other executors included.

Exit status: 0 all are alive (or were taken out of the file), 1 GitLab refuses a token, 2 wrong usage or configuration, 3 a
GitLab could not be asked. What could not be asked is never taken out of the file.

Examples:
  podwright verify
  podwright verify --name ci --config /etc/gitlab-runner/config.toml
  podwright verify --delete`;

const unregisterHelp = `
Of a runner that was made in GitLab (glrt-…) this machine's part is removed: others may share its token. A runner for which
GitLab cannot be asked stays in the file; one that GitLab does not know any more is taken out.

Exit status: 0 done, 2 wrong usage or configuration, 3 a GitLab could not be asked or the file not be written.

Examples:
  podwright unregister --name ci
  podwright unregister --all-runners`;

const listHelp = `
Contacts nobody. Of tokens only the beginning is shown.

Examples:
  podwright list
  podwright list --config /etc/gitlab-runner/config.toml --json`;

const groups = {
  gitlab: 'GitLab:',
  reserved: 'What GitLab keeps, for registration tokens only:',
  file: 'Files and questions:',
  runner: 'Keys of [[runners]]:',
  kubernetes: 'Keys of [runners.kubernetes]:',
} as const;

/** Adds the commands for runners of a `config.toml`. @param done told the exit status of the command that was run */
export function addRegistration(program: Command, io: Io, done: (status: number) => void): void {
  const register = program.command('register').summary('add a runner to config.toml');
  register
    .description('Makes a runner known to GitLab, and adds it to config.toml.')
    .addHelpText('after', registerHelp);
  for (const [name, flags] of Object.entries(registerFlags))
    addFlags(register, flags, groups[name as keyof typeof groups]);
  register.action(async (options: CommandLine) => {
    const command = await import('../commands/register.ts');
    done(await command.register(options, io));
  });
  const verify = program.command('verify').summary('ask GitLab whether it knows the runners');
  verify.description('Asks GitLab whether it knows the runners of config.toml.').addHelpText('after', verifyHelp);
  addFlags(verify, selectionFlags).option('--delete', 'take those that GitLab refuses out of the file');
  verify.action(async (options: CommandLine) => {
    const command = await import('../commands/verify.ts');
    done(await command.verify(options, io));
  });
  const unregister = program.command('unregister').summary('remove runners from GitLab and config.toml');
  unregister.description('Removes runners from GitLab, and from config.toml.').addHelpText('after', unregisterHelp);
  addFlags(unregister, selectionFlags).option('--all-runners', 'all runners of the file');
  unregister.action(async (options: CommandLine) => {
    const command = await import('../commands/unregister.ts');
    done(await command.unregister(options, io));
  });
  const list = program.command('list').summary('list the runners of config.toml');
  list.description('Lists the runners of config.toml.').addHelpText('after', listHelp);
  addFlags(list, [configFlag]).option('--json', 'as JSON');
  list.action(async (options: CommandLine) => {
    const command = await import('../commands/list.ts');
    done(await command.list(options, io));
  });
}

function addFlags(command: Command, flags: readonly RegistrationFlag[], group?: string): Command {
  for (const flag of flags) {
    const option = optionOf(flag);
    command.addOption(group === undefined ? option : option.helpGroup(group));
  }
  return command;
}
