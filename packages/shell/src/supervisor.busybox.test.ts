import { busybox } from '../test/shells.ts';
import { supervisorSuite } from '../test/supervisor-suite.ts';

supervisorSuite(busybox);
