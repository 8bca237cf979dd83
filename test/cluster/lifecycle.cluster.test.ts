import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { lifecycleSuite } from '../suites/lifecycle.ts';

describeOnCluster('the life of a job', (environment) => lifecycleSuite(environment, true));
