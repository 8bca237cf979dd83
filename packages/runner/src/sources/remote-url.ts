/** A repository's URL, taken apart. */
export interface RemoteUrl {
  readonly kind: 'http' | 'ssh' | 'other';
  /** Root of the server, without a trailing slash. */
  readonly serverUrl: string;
  /** `group/project`, without slashes at the ends and without `.git`. */
  readonly projectPath: string;
  /** The password in the URL, where it has one. */
  readonly token?: string;
}

/** Short form of ssh URLs: `git@host:group/project.git`. */
const scpLike = /^(?:[^@/:\s]+@)?([^@/:\s]+):(?!\/\/)(\S+)$/;

/** Takes a remote's URL apart; undefined for what is none, such as a path. */
export function parseRemoteUrl(text: string): RemoteUrl | undefined {
  const scp = scpLike.exec(text);
  if (scp !== null) return { kind: 'ssh', serverUrl: `https://${scp[1]}`, projectPath: projectPath(scp[2] ?? '') };
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const path = projectPath(decoded(url.pathname));
  if (url.protocol === 'ssh:') return { kind: 'ssh', serverUrl: `https://${url.hostname}`, projectPath: path };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { kind: 'other', serverUrl: 'http://localhost', projectPath: path };
  }
  const token = decoded(url.password);
  return { kind: 'http', serverUrl: url.origin, projectPath: path, ...(token !== '' && { token }) };
}

function projectPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.join('/').replace(/\.git$/, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
