import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A GitLab in a process of its own, so that neither its memory nor its time is that of what is measured. */
export class GitLab {
  #child;
  #requests = new Map();
  #jobs = new Map();
  #last = 0;
  complaints = [];

  /** @param {string} host address under which it is reached */
  static async start(host) {
    const gitlab = new GitLab();
    gitlab.#child = fork(new URL('gitlab-process.mjs', import.meta.url), [host]);
    const [{ url, token }] = await once(gitlab.#child, 'message');
    Object.assign(gitlab, { url, token });
    gitlab.#child.on('message', (message) => gitlab.#hear(message));
    return gitlab;
  }

  /**
   * Hands out a job.
   * @param {string[]} script
   * @param {object} [more] replaces members of the payload
   * @param {string} [watch] a text in the log whose arrival is noted
   */
  async hand(script, more = {}, watch) {
    const request = (this.#last += 1);
    const { promise: known, resolve } = deferred();
    this.#requests.set(request, resolve);
    this.#child.send({ request, hand: { script, more, watch } });
    const job = await known;
    return { id: job.id, seen: job.seen.promise, ended: job.ended.promise };
  }

  /** Sets the status of a job, as if somebody canceled it. */
  setStatus(id, status) {
    this.#child.send({ id, status });
  }

  /** What befalls the next requests. */
  fail(...faults) {
    this.#child.send({ faults });
  }

  async close() {
    const exited = once(this.#child, 'exit');
    this.#child.send({ close: true });
    await exited;
  }

  #hear({ request, id, seen, ended, complaints = [] }) {
    this.complaints.push(...complaints);
    if (request !== undefined) {
      const job = { id, seen: deferred(), ended: deferred() };
      this.#jobs.set(id, job);
      this.#requests.get(request)(job);
      this.#requests.delete(request);
    }
    if (seen !== undefined) this.#jobs.get(seen)?.seen.resolve();
    if (ended === undefined) return;
    const job = this.#jobs.get(ended.id);
    this.#jobs.delete(ended.id);
    job?.seen.resolve();
    job?.ended.resolve(ended);
  }
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
