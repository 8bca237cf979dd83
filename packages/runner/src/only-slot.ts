import type { JobSlot } from '@podwright/core';

/** The place of a job that runs, or is only looked at, without others beside it. */
export const onlySlot: JobSlot = { concurrentId: 0, concurrentProjectId: 0 };
