import { createWriteStream } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { crc32, inflateRawSync } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { HelperError, codeOf, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { AttributeSetter } from './attributes.ts';
import { Destination, UnsafeEntryError, safeEntryPath } from './destination.ts';
import { factsOf, type EntryFacts } from './entry-facts.ts';

/** Bytes up to which a file is extracted in one go. */
const small = 64 * 1024;
/** Longer is no path on any system. */
const longestTarget = 4096;

/** Something to be finished when all files are there: directories, as writing into them changes them; symlinks. */
interface Later {
  readonly path: string;
  readonly facts: EntryFacts;
}

/**
 * Extracts a zip file into a directory, over what is there. Symlinks are made last, so that nothing of the archive is
 * ever written through one, and their targets are kept as they are.
 * @throws HelperError when the archive is damaged, cannot be written, or has an entry that would be outside
 */
export async function unzip(file: string, directory: string, log: Log): Promise<void> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false, decodeStrings: false });
  } catch (error) {
    throw new HelperError(`no zip archive: ${messageOf(error)}`, { cause: error });
  }
  try {
    await new Extraction(zip, await Destination.at(directory), log).run();
  } catch (error) {
    if (error instanceof HelperError) throw error;
    throw new HelperError(`extracting failed: ${messageOf(error)}`, { cause: error });
  } finally {
    zip.close();
  }
}

class Extraction {
  readonly #directories: Later[] = [];
  readonly #symlinks: (Later & { readonly target: Buffer })[] = [];
  readonly #attributes: AttributeSetter;
  constructor(
    readonly zip: ZipFile,
    readonly destination: Destination,
    readonly log: Log,
  ) {
    this.#attributes = new AttributeSetter(log, process.getuid?.() === 0);
  }

  async run(): Promise<void> {
    for await (const entry of this.zip.eachEntry()) await this.#extract(entry);
    this.destination.forget();
    for (const { path, target, facts } of this.#symlinks) {
      const absolute = await this.destination.makeWay(path);
      await symlink(target, absolute);
      this.destination.forget();
      await this.#attributes.apply(absolute, facts);
    }
    // Those below first: a directory may end up without permission to enter it.
    for (const { path, facts } of this.#directories.toSorted((a, b) => (a.path < b.path ? 1 : -1))) {
      await this.#attributes.apply(await this.destination.makeDirectory(path), facts);
    }
  }

  async #extract(entry: Entry): Promise<void> {
    const name = nameOf(entry);
    if (name === undefined) {
      this.log.warn('an entry whose name is not UTF-8 is left out');
      return;
    }
    const path = safeEntryPath(name);
    const facts = factsOf(entry, name);
    if (facts.kind === 'directory') {
      await this.destination.makeDirectory(path);
      if (path !== '') this.#directories.push({ path, facts });
    } else if (facts.kind === 'symlink') {
      this.#symlinks.push({ path, facts, target: await this.#readTarget(entry, name) });
    } else if (facts.kind === 'file') {
      const absolute = await this.destination.makeWay(path);
      await this.#writeFile(entry, name, absolute);
      await this.#attributes.apply(absolute, facts);
    } else {
      this.log.warn(`${path}: left out: neither file, directory nor symlink`);
    }
  }

  async #writeFile(entry: Entry, name: string, absolute: string): Promise<void> {
    // Only a file that is not there yet: never through a symlink.
    const options = { flag: 'wx', mode: 0o600 };
    if (isSmall(entry)) {
      const content = await this.#readSmall(entry, name);
      await writeFile(absolute, content, options);
      return;
    }
    let crc = 0;
    const checked = async function* (content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        crc = crc32(chunk, crc);
        yield chunk;
      }
    };
    const target = createWriteStream(absolute, { flags: options.flag, mode: options.mode });
    await pipeline(await this.zip.openReadStreamPromise(entry), checked, target);
    check(entry, name, crc);
  }

  /** In one go: the streams of a file of a few bytes take longer than all else. */
  async #readSmall(entry: Entry, name: string): Promise<Buffer> {
    const packed = await buffer(await this.zip.openReadStreamPromise(entry, { decodeFileData: false }));
    const isDeflated = entry.compressionMethod === 8;
    // One byte more than it should be is seen as such, and no more is unpacked.
    const content = isDeflated ? inflateRawSync(packed, { maxOutputLength: entry.uncompressedSize + 1 }) : packed;
    if (content.length !== entry.uncompressedSize)
      throw new HelperError(`${JSON.stringify(name)} is damaged: its size is wrong`);
    check(entry, name, crc32(content));
    return content;
  }

  async #readTarget(entry: Entry, name: string): Promise<Buffer> {
    if (entry.uncompressedSize > longestTarget)
      throw new UnsafeEntryError(name, 'the target of the symlink is too long');
    const target = await buffer(await this.zip.openReadStreamPromise(entry));
    check(entry, name, crc32(target));
    if (target.length === 0 || target.includes(0)) throw new UnsafeEntryError(name, 'its target is no path');
    return target;
  }
}

function isSmall(entry: Entry): boolean {
  return (
    entry.canDecodeFileData() && !entry.isEncrypted() && Math.max(entry.compressedSize, entry.uncompressedSize) <= small
  );
}

function check(entry: Entry, name: string, crc: number): void {
  if (crc !== entry.crc32) throw new HelperError(`${JSON.stringify(name)} is damaged: its checksum is wrong`);
}

function nameOf(entry: Entry): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry.fileNameRaw);
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}
