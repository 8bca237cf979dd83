/** What this process runs on, in Go's words: `linux`, `amd64`. */
export function goPlatform(): { readonly platform: string; readonly architecture: string } {
  const words: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };
  return { platform: process.platform, architecture: words[process.arch] ?? process.arch };
}
