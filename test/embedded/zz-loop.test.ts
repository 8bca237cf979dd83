import { execSync } from 'node:child_process';
import { it } from 'vitest';
import { embeddedCluster } from '../support/embedded.ts';
import { startJob } from '../support/start-job.ts';
it('loops', async () => {
  const env = await embeddedCluster('namespaces');
  for (let i = 0; i < 40; i++) {
    const job = startJob(env, {
      script: ['echo before', '(exit 42)', 'echo never'],
      afterScript: ['echo "after: $CI_JOB_STATUS"'],
    });
    const t = Date.now();
    const r = await Promise.race([job.result, new Promise((x) => setTimeout(() => x('HUNG'), 8000))]);
    console.log(i, Date.now() - t, JSON.stringify(r));
    if (r === 'HUNG') {
      console.log(job.trace(), JSON.stringify(job.events));
      console.log(execSync('bash /tmp/dump.sh').toString());
      job.kill.abort();
      await job.result;
      break;
    }
  }
  await env.close();
}, 120000);
