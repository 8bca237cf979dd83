import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

describe('configSchema', () => {
  it('has no services by default', () => {
    expect(configSchema.parse({})).toEqual({ services: [] });
  });

  it('needs a name and has defaults for the rest', () => {
    expect(configSchema.parse({ services: [{ name: 'postgres:12-alpine' }] }).services).toEqual([
      { name: 'postgres:12-alpine', alias: '', command: [], entrypoint: [] },
    ]);
  });

  it('takes what it is given as it is written', () => {
    const service = { name: '$IMAGE', alias: 'db $ALIAS, Db_$N', command: ['$A', ''], entrypoint: ['sh', '-c'] };
    expect(configSchema.parse({ services: [service] }).services).toEqual([service]);
  });

  it('refuses a name that is no image', () => {
    expect(problems({ services: [{ name: 'my db' }] })).toEqual([
      'services[0].name: "my db" is no image: an image is [registry/]name[:tag][@digest], its name in lower case',
    ]);
  });

  it('reports all problems with their paths', () => {
    const services = [
      { name: '', alias: 'db, a_b DB' },
      { alias: 1, command: 'sh', entrypoint: [1] },
      { name: 'redis', ports: [80], environment: ['A=1'] },
    ];
    const rule =
      'a host name has lower-case letters, digits, "-" and ".", and begins and ends with a letter or digit in each part';
    expect(problems({ services })).toEqual([
      'services[0].name: must be the name of an image',
      `services[0].alias: "a_b" is no host name: ${rule}`,
      `services[0].alias: "DB" is no host name: ${rule}`,
      'services[1].name: must be the name of an image',
      'services[1].alias: expected string, received number',
      'services[1].command: must be a list of texts, such as ["sh", "-c"]',
      'services[1].entrypoint[0]: expected string, received number',
      'services[2].ports: unknown key',
      'services[2].environment: unknown key',
    ]);
  });

  it('refuses one table where a list of tables is meant', () => {
    expect(problems({ services: { name: 'redis' } })).toEqual([
      'services: must be a list: write [[runners.kubernetes.services]]',
    ]);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
