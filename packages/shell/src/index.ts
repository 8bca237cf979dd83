export { createShell } from './shell.ts';
