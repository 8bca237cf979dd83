import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceRenderer } from './trace-renderer.ts';

const clear = '\u001b[0K';
const start = (name: string, options = '') => `section_start:1700000000:${name}${options}\r${clear}`;
const end = (name: string) => `section_end:1700000001:${name}\r${clear}`;
const title = (text: string) => `${clear}\u001b[36;1m${text}\u001b[0;m\n\u001b[0;m`;

/** A trace as core writes it, with everything that has to be told apart. */
const trace = [
  `${clear}Running with podwright 0.1.0\n\u001b[0;m`,
  start('prepare_executor'),
  title('Preparing'),
  `\u001b[32;1mUsing Kubernetes\n\u001b[0;m`,
  end('prepare_executor'),
  start('step_script'),
  title('Executing "step_script"'),
  '$ make\nwithout an end',
  end('step_script'),
  start('custom', '[collapsed=true]'),
  'Header\nsection_of text\r50%\r100%\nsection_start:no marker\n\u001b[2J\u001b]0;x\u0007é\u001b',
].join('');

function render(pieces: readonly Uint8Array[], color: boolean): string {
  const renderer = new TraceRenderer({ color });
  return Buffer.concat([...pieces.map((piece) => renderer.write(piece)), renderer.end()]).toString();
}

describe('TraceRenderer', () => {
  it('makes headings of sections and leaves out colours', () => {
    expect(render([Buffer.from(trace)], false)).toBe(
      [
        'Running with podwright 0.1.0\n',
        '==> Preparing\n',
        'Using Kubernetes\n',
        '==> Executing "step_script"\n',
        '$ make\nwithout an end\n',
        '==> Header\nsection_of text\r50%\r100%\nsection_start:no marker\n\u001b[2J\u001b]0;x\u0007é\u001b',
      ].join(''),
    );
  });

  it('keeps colours where they are wanted', () => {
    expect(render([Buffer.from(start('a') + title('Title') + end('a'))], true)).toBe(`==> ${title('Title')}`);
  });

  it('shows the same wherever the trace is cut', () => {
    const bytes = Buffer.from(trace);
    for (const color of [true, false]) {
      const whole = render([bytes], color);
      expect(
        render(
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
          color,
        ),
      ).toBe(whole);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (cuts) => {
          const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
          const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
          expect(render(pieces, color)).toBe(whole);
        }),
      );
    }
  });

  it('changes no byte of a log without markers and escapes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        const clean = pieces.map((piece) => piece.map((byte) => (byte === 0x1b ? 0x20 : byte)));
        const renderer = new TraceRenderer({ color: false });
        const out = Buffer.concat([...clean.map((piece) => renderer.write(piece)), renderer.end()]);
        expect(out.equals(Buffer.concat(clean))).toBe(true);
      }),
    );
  });

  it('holds back no more than a marker can be long', () => {
    const renderer = new TraceRenderer({ color: true });
    const given = Buffer.from(`section_start:1:${'a'.repeat(100_000)}`);
    expect(renderer.write(given).length).toBeGreaterThan(given.length - 600);
    expect(renderer.write(Buffer.from(`\u001b[${'1;'.repeat(10_000)}`)).length).toBeGreaterThan(19_000);
  });

  it('knows whether a line has ended, whatever colours follow', () => {
    const renderer = new TraceRenderer({ color: true });
    renderer.write(Buffer.from('text'));
    expect(renderer.isAtLineStart).toBe(false);
    renderer.write(Buffer.from('\n\u001b[0;m'));
    expect(renderer.isAtLineStart).toBe(true);
  });
});
