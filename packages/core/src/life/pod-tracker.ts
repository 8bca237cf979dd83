import type { Pod } from '../kubernetes.ts';
import { isRunning, podProblem, startTimeoutProblem, waitingText } from '../pod/state.ts';
import type { PodProblem } from '../pod/problem.ts';
import type { StageContainer } from '../plan.ts';
import type { Cluster, PodWarning, PodWatch } from '../ports.ts';

/** What the tracker tells; `running` and `problem` at most once. */
export interface PodTrackerListener {
  /** The container's program was started, though no status says so yet. */
  started(container: StageContainer): void;
  /** The helper's program runs. */
  running(): void;
  /** What the Pod waits for has changed. */
  waiting(text: string): void;
  /** The cluster warns of something, for the first time or again. */
  warning(warning: PodWarning): void;
  problem(problem: PodProblem): void;
  /** The watch cannot be kept up. */
  error(error: Error): void;
}

export interface PodTrackerOptions {
  readonly namespace: string;
  readonly name: string;
  /** Seconds from `created` until build and helper must run. */
  readonly startSeconds: number;
  readonly signal: AbortSignal;
}

/** Follows one Pod's state through the shared watch. */
export class PodTracker {
  readonly #listener: PodTrackerListener;
  readonly #startSeconds: number;
  #watch: PodWatch | undefined;
  #startTimer: NodeJS.Timeout | undefined;
  #pod: Pod | undefined;
  #said = { running: false, problem: false, waiting: '' };

  private constructor(listener: PodTrackerListener, startSeconds: number) {
    this.#listener = listener;
    this.#startSeconds = startSeconds;
  }

  /** Starts to watch; the Pod need not exist yet. */
  static async open(cluster: Cluster, options: PodTrackerOptions, listener: PodTrackerListener): Promise<PodTracker> {
    const tracker = new PodTracker(listener, options.startSeconds);
    tracker.#watch = await cluster.watchPod(
      options.namespace,
      options.name,
      {
        onChange: (pod) => tracker.#changed(pod),
        onError: (error) => listener.error(error),
        onStarted: (container) => {
          if (container === 'helper' || container === 'build') listener.started(container);
        },
        onWarning: (warning) => listener.warning(warning),
      },
      options.signal,
    );
    return tracker;
  }

  /** The Pod was created: from now on it has to start in time. */
  created(): void {
    this.#startTimer = setTimeout(() => {
      this.#problem(startTimeoutProblem(this.#pod, this.#startSeconds));
    }, this.#startSeconds * 1000);
  }

  /** As it was seen last. */
  get pod(): Pod | undefined {
    return this.#pod;
  }

  isRunning(container: StageContainer): boolean {
    return isRunning(this.#pod, container);
  }

  /** The build container is up, and with it the Pod, whatever its status says. */
  started(): void {
    clearTimeout(this.#startTimer);
  }

  close(): void {
    clearTimeout(this.#startTimer);
    this.#watch?.close();
  }

  #changed(pod: Pod | undefined): void {
    this.#pod = pod;
    const problem = podProblem(pod);
    if (problem) {
      this.#problem(problem);
      return;
    }
    if (this.isRunning('helper') && !this.#said.running) {
      this.#said.running = true;
      this.#listener.running();
    }
    if (this.isRunning('helper') && this.isRunning('build')) clearTimeout(this.#startTimer);
    this.#tellWaiting(pod);
  }

  #tellWaiting(pod: Pod | undefined): void {
    const text = waitingText(pod);
    if (text === undefined || text === this.#said.waiting) return;
    this.#said.waiting = text;
    this.#listener.waiting(text);
  }

  #problem(problem: PodProblem): void {
    if (this.#said.problem) return;
    this.#said.problem = true;
    this.#listener.problem(problem);
  }
}
