// The GitLab of the measurements, in a process of its own: told over IPC which jobs to hand out, and tells what became of them.
import { crc32 } from 'node:zlib';
import { FakeGitLab } from '../dist/packages/gitlab/src/test-kit/fake-gitlab.js';

const gitlab = await FakeGitLab.start(process.argv[2]);
/** What is noted of each job that has not ended. Times are milliseconds of this process alone. */
const notes = new Map();

process.on('message', (message) => {
  if ('hand' in message) hand(message);
  if ('status' in message) setStatus(message);
  if ('faults' in message) gitlab.faults.push(...message.faults);
  if (message.close) void gitlab.close().then(() => process.disconnect());
});

function hand({ request, hand: { script, more, watch } }) {
  const job = gitlab.hand(script, more);
  notes.set(job.id, { watch, tail: '', crc: 0, pieces: [] });
  process.send({ request, id: job.id });
}

function setStatus({ id, status }) {
  const job = gitlab.jobs.get(id);
  if (job?.isOpen) job.status = status;
  if (status === 'canceled') end(job);
}

gitlab.onEvent = (job, what, piece) => {
  const note = notes.get(job.id);
  if (note === undefined) return;
  if (what === 'handed') note.handed = performance.now();
  if (what === 'trace') take(job, note, piece);
  if (what === 'ended') end(job);
};

function take(job, note, piece) {
  note.crc = crc32(piece, note.crc);
  note.pieces.push([performance.now(), job.size]);
  if (note.watch === undefined || note.seen !== undefined) return;
  note.tail += Buffer.from(piece).toString('latin1');
  if (note.tail.includes(note.watch)) {
    note.seen = performance.now();
    process.send({ seen: job.id });
  }
  note.tail = note.tail.slice(-note.watch.length);
}

function end(job) {
  const note = notes.get(job.id);
  if (note === undefined) return;
  notes.delete(job.id);
  const update = job.updates.at(-1);
  const checksum = `crc32:${note.crc.toString(16).padStart(8, '0')}`;
  process.send({
    ended: {
      id: job.id,
      status: job.status,
      reason: update?.failure_reason,
      exitCode: update?.exit_code,
      handed: note.handed,
      seen: note.seen,
      at: performance.now(),
      bytes: job.size,
      pieces: note.pieces,
      isWhole: update?.output?.checksum === checksum && update?.output?.bytesize === job.size,
    },
    complaints: gitlab.complaints.splice(0),
  });
  // The job is remembered, so that a repeated result is answered as GitLab does; its log is not.
  job.trace = Buffer.alloc(0);
  gitlab.seen.length = 0;
}

process.on('disconnect', () => process.exit());
process.send({ url: gitlab.url, token: gitlab.runnerToken });
