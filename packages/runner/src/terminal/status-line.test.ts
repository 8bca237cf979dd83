import { describe, expect, it } from 'vitest';
import { Collected, Terminal } from '../test-kit/test-io.ts';
import { createStatusLine } from './status-line.ts';

describe('createStatusLine', () => {
  it('shows nothing where stdout is no terminal', () => {
    const stream = new Collected();
    const line = createStatusLine(stream, {});
    line.start('waiting');
    line.show();
    line.stop();
    expect(stream.text).toBe('');
  });

  it('writes a line on a terminal that cannot move its cursor', () => {
    const stream = new Terminal();
    const line = createStatusLine(stream, { TERM: 'dumb' });
    line.start('waiting');
    line.hide();
    line.show();
    line.stop();
    expect(stream.text).toBe('waiting\n');
  });

  it('shows its text on a terminal, and is gone after stop', () => {
    const stream = new Terminal();
    const line = createStatusLine(stream, {});
    line.show();
    expect(stream.text).toBe('');
    line.start('waiting');
    expect(stream.text).toContain('waiting');
    line.stop();
    const { text } = stream;
    line.show();
    expect(stream.text).toBe(text);
  });
});
