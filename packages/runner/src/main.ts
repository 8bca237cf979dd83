#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { processIo } from './io.ts';
import { run } from './run.ts';

// The parser of HTTP is WebAssembly. To optimise it takes 10 MB that are never given back, and it reads but a few headers.
setFlagsFromString('--liftoff-only');

process.exitCode = await run(process.argv.slice(2), processIo());
