import { BlockList, isIP } from 'node:net';
import { ConfigError } from '@podwright/core';

/** Environment variables, such as `HTTPS_PROXY`. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Host {
  /** In small letters; an IPv6 address without brackets. */
  readonly name: string;
  readonly port: string;
}

/**
 * The proxy that requests to a URL go through, by the rules of Go programs and so of GitLab Runner: `HTTPS_PROXY` for https,
 * `HTTP_PROXY` for http, unless `NO_PROXY` names the host; in capitals, else in small letters. This machine is asked directly.
 * @throws ConfigError when the proxy is no URL; not shown, as it may have a password
 */
export function proxyFor({ protocol, hostname, port }: URL, env: Environment): URL | undefined {
  const isHttps = protocol === 'https:';
  const variable = isHttps ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = either(env, variable);
  if (proxy === '') return undefined;
  const host: Host = { name: bare(hostname).toLowerCase(), port: port || (isHttps ? '443' : '80') };
  const direct = ['localhost', '127.0.0.0/8', '::1', ...either(env, 'NO_PROXY').split(',')];
  if (direct.some((entry) => matches(entry.trim().toLowerCase(), host))) return undefined;
  const url = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url);
  const message = 'is no URL of an HTTP proxy; write one such as http://proxy.example.com:3128';
  throw new ConfigError('environment', [{ path: variable, message, kind: 'invalid' }]);
}

function either(env: Environment, name: string): string {
  return (env[name] || env[name.toLowerCase()] || '').trim();
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/** @param entry `*`, a network such as `10.0.0.0/8`, an address, or a domain; the latter two perhaps with a port */
function matches(entry: string, { name, port }: Host): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(entry, name);
  const [domain, ofPort = port] = isIP(entry) === 6 ? [entry] : withPort(entry);
  if (domain === '' || ofPort !== port) return false;
  // A domain stands for what is below it, too; with a dot in front, for that alone.
  const below = domain.replace(/^\*?\./, '.');
  if (below.startsWith('.')) return name.endsWith(below);
  return name === domain || name.endsWith(`.${domain}`);
}

/** A host, and its port if it has one. */
function withPort(entry: string): [string, string?] {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry) ?? [];
  return host === undefined || port === undefined ? [bare(entry)] : [bare(host), port];
}

function isWithin(network: string, address: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(address) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) {
    return false;
  }
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, Number(bits), type);
  return list.check(address, type);
}
