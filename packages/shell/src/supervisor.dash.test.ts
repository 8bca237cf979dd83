import { dash } from '../test/shells.ts';
import { supervisorSuite } from '../test/supervisor-suite.ts';

supervisorSuite(dash);
