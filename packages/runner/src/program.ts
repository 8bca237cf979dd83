import { Command, Option } from 'commander';
import type { DaemonOptions } from './commands/daemon.ts';
import type { ExecOptions } from './commands/exec.ts';
import { addJobOptions } from './commands/job-options.ts';
import type { PluginsOptions } from './commands/plugins.ts';
import type { PodOptions } from './commands/pod.ts';
import { localModes } from './local-mode.ts';
import { addRegistration } from './registration/add-commands.ts';
import { version } from './version.ts';
import type { Io } from './io.ts';

const examples = `
Examples:
  podwright exec                                run the only job of ./.gitlab-ci.yml on this machine
  podwright exec test --dirty                   run the job "test" with the changes that are not committed
  podwright exec test --kubeconfig ~/.kube/config --namespace ci
  podwright register                            add a runner to ./config.toml
  podwright run --config config.toml            run the jobs of a GitLab
  podwright pod test --config config.toml       print the Pod that the job would get
  podwright config check config.toml            say what is wrong with a configuration`;

const execHelp = `
Without --kubeconfig, --context or --config the job runs on this machine, in an embedded cluster: images are names only
there, and the host's programs are used.

Exit status: 0 success, 1 the job failed or was cancelled, 2 wrong usage, configuration or CI file, 3 the system failed.
Ctrl-C cancels the job and cleans up; a second one deletes its Pod at once, a third one leaves it behind (130).
On a terminal the log has colours; elsewhere colours and section markers are taken out. "==>" begins a section.

Examples:
  podwright exec --repo examples/hello
  podwright exec test --env LEVEL=2 --masked TOKEN
  podwright exec test --config config.toml --runner ci --repo-url https://gitlab.example.com/group/project.git
  podwright exec --payload job.json --local`;

const runHelp = `
Paths in the file are relative to it. The file is looked at every 3 seconds, and at SIGHUP: what is new is put to work, running
jobs keep what they began with, and a file with mistakes changes nothing.

SIGQUIT asks for no more jobs and waits for the running ones. SIGTERM and SIGINT delete their Pods and tell GitLab, for up to
shutdown_timeout seconds.

Examples:
  podwright run --config /etc/gitlab-runner/config.toml
  podwright run --config config.toml --kubeconfig ~/.kube/config`;

const podHelp = `
Creates nothing and contacts nobody. The content of Secrets is not shown.

Examples:
  podwright pod test --config config.toml
  podwright pod test --config config.toml --explain
  podwright pod --payload job.json -o json`;

const checkHelp = `
Contacts nobody; reads the certificates of runners that have a host.
Exit status: 0 nothing is wrong (warnings may be printed), 2 something is.

Examples:
  podwright config check
  podwright config check /etc/gitlab-runner/config.toml`;

const schemaHelp = `
Editors with TOML support check a file against it that begins with
  #:schema ./config.schema.json

Examples:
  podwright config schema > config.schema.json
  podwright config schema --config config.toml > config.schema.json     with the keys of its plugins`;

const pluginsHelp = `
Hooks are those that the plugin taps with this configuration. "-o role" prints the Kubernetes Role that podwright and the
enabled plugins need in each namespace that jobs run in.

Examples:
  podwright plugins
  podwright plugins --config config.toml -o json
  podwright plugins --config config.toml -o role | kubectl apply --namespace ci --filename -`;

/** The command line. @param done told the exit status of the command that was run */
export function createProgram(io: Io, done: (status: number) => void): Command {
  const program = new Command('podwright')
    .description('Runs GitLab CI jobs as Kubernetes Pods.')
    .version(version)
    .addHelpText('after', examples)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, show) => show(withoutValue(text)),
    })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(see --help)')
    .exitOverride();
  addExec(program, io, done);
  addRun(program, io, done);
  addPod(program, io, done);
  addConfig(program, io, done);
  addPlugins(program, io, done);
  addRegistration(program, io, done);
  return program;
}

/** What stands behind an unknown flag may be a token. */
function withoutValue(error: string): string {
  return error.replace(/(unknown option '[^'=]*)=[^]*'/, "$1=…'");
}

function addExec(program: Command, io: Io, done: (status: number) => void): void {
  addJobOptions(program.command('exec'))
    .summary('run one job and show its log')
    .description('Runs one job of a .gitlab-ci.yml, or a job payload, and shows its log.')
    .option('--local', 'run on this machine, in an embedded cluster')
    .addOption(new Option('--local-mode <mode>', 'how containers are run there').choices(localModes).default('auto'))
    .option('--dirty', 'with the changes that are not committed, and new files that are not ignored')
    .option('--kubeconfig <file>', 'run on the cluster of this kubeconfig')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--repo-url <url>', 'where the job fetches its sources, instead of the working copy or its origin')
    .addHelpText('after', execHelp)
    .action(async (job: string | undefined, options: ExecOptions) => {
      // Loaded when it is needed: help and version come at once.
      const { exec } = await import('./commands/exec.ts');
      done(await exec(job, options, io));
    });
}

function addRun(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command('run')
    .description('Asks GitLab for jobs and runs them, until it is told to end.')
    .option('-c, --config <file>', 'path of the config.toml', 'config.toml')
    .option('--listen-address <address>', 'where metrics are served, whatever the file says, such as ":9252"')
    .option('--kubeconfig <file>', 'run the jobs on the cluster of this kubeconfig')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--local', 'run the jobs on this machine, in an embedded cluster')
    .addOption(new Option('--local-mode <mode>', 'how containers are run there').choices(localModes).default('auto'))
    .addHelpText('after', runHelp)
    .action(async (options: DaemonOptions) => {
      const { daemon } = await import('./commands/daemon.ts');
      done(await daemon(options, io));
    });
}

function addPod(program: Command, io: Io, done: (status: number) => void): void {
  addJobOptions(program.command('pod'))
    .summary('print the Pod of a job')
    .description('Prints the Pod that a job would get.')
    .option('--explain', 'say of each field which plugin wrote it, and what for')
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(['yaml', 'json']))
    .addHelpText('after', podHelp)
    .action(async (job: string | undefined, options: PodOptions) => {
      const { pod } = await import('./commands/pod.ts');
      done(await pod(job, options, io));
    });
}

function addConfig(program: Command, io: Io, done: (status: number) => void): void {
  const config = program.command('config').description('Checks and describes config.toml.');
  config
    .command('check')
    .description('Says all that is wrong or odd about a config.toml, its plugins and certificates, with line numbers.')
    .argument('[file]', 'path of the config.toml', 'config.toml')
    .addHelpText('after', checkHelp)
    .action(async (file: string) => {
      const { configCheck } = await import('./commands/config-check.ts');
      done(await configCheck(file, io));
    });
  config
    .command('schema')
    .description('Prints the JSON Schema of config.toml, for editors.')
    .option('--config <file>', 'a config.toml whose plugins are to be known')
    .addHelpText('after', schemaHelp)
    .action(async (options: { readonly config?: string }) => {
      const { configSchema } = await import('./commands/config-schema.ts');
      done(await configSchema(options.config, io));
    });
}

function addPlugins(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command('plugins')
    .description('Lists the plugins: version, keys, variables, hooks, permissions, and whether each is enabled.')
    .option('--config <file>', 'a config.toml, for its own plugins and the disabled ones')
    .addOption(
      new Option('-o, --output <format>', 'how to print them').choices(['text', 'json', 'role']).default('text'),
    )
    .addHelpText('after', pluginsHelp)
    .action(async (options: PluginsOptions) => {
      const { plugins } = await import('./commands/plugins.ts');
      done(await plugins(options, io));
    });
}
