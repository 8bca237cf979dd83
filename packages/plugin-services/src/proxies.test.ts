import { Variables } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { portOwners, proxies } from './proxies.ts';
import { readServices } from './read-services.ts';
import { jobServices } from './written-services.ts';

describe('portOwners', () => {
  it('are the image of the build container and services with ports', () => {
    expect(
      owners(
        { ports: [8080] },
        { name: 'a' },
        { name: 'b', ports: [80, 443] },
        { name: 'c', alias: 'web', ports: [1] },
      ),
    ).toEqual([
      { path: 'image', key: 'build', ports: [{ number: 8080 }] },
      { path: 'services[1]', key: 'proxy-svc-1', ports: [{ number: 80 }, { number: 443 }] },
      { path: 'services[2]', key: 'web', ports: [{ number: 1 }] },
    ]);
  });

  it.each([
    ['web', 'web'],
    ['web, other', 'web'],
    ['$NAME.test', 'backendtest'],
    ['My_Service.-x', 'myservice-x'],
    ['2048', 'proxy-2048'],
    ['--2048', 'proxy-2048'],
    ['_', 'proxy-svc-0'],
    ['a'.repeat(70), 'a'.repeat(54)],
  ])('with alias %j have the key %j', (alias, key) => {
    expect(owners({}, { name: 'a', alias, ports: [80] })).toMatchObject([{ key }]);
  });

  it('take the alias of the image for the build container', () => {
    expect(owners({ alias: 'app', ports: [80] })).toMatchObject([{ key: 'app' }]);
  });

  it('may be none', () => {
    expect(portOwners(undefined, [])).toEqual([]);
  });
});

describe('proxies', () => {
  it('name their ports after the key and the number', () => {
    expect(proxies(owners({ ports: [80, 443] }))).toEqual({
      drafts: [
        {
          key: 'build',
          ports: [
            { number: 80, name: 'build-80' },
            { number: 443, name: 'build-443' },
          ],
        },
      ],
      problems: [],
    });
  });

  it('refuse numbers that are no ports, equal ones, and equal keys, all at once', () => {
    expect(
      proxies(
        owners(
          { ports: [0, 65535, 65536] },
          { name: 'a', alias: 'build', ports: [80, 81, 80, 80] },
          { name: 'b', alias: 'BUILD', ports: [82] },
        ),
      ).problems,
    ).toEqual([
      'image.ports[0].number 0 is not from 1 to 65535',
      'image.ports[2].number 65536 is not from 1 to 65535',
      'services[0].ports names 80 twice',
      'image and services[0] have ports and the same alias "build"',
      'image and services[1] have ports and the same alias "build"',
    ]);
  });
});

interface Written {
  readonly name?: string;
  readonly alias?: string;
  readonly ports?: readonly number[];
}

function owners(image: Written, ...services: readonly Written[]) {
  const variables = new Variables([{ key: 'NAME', value: 'backend' }]);
  return portOwners(jobImage(image), readServices(jobServices({ services: services.map(jobImage) }), variables));
}

function jobImage({ name = 'image', alias, ports = [] }: Written) {
  return {
    name,
    alias,
    ports: ports.map((number) => ({ number })),
    command: undefined,
    entrypoint: undefined,
    pull_policy: undefined,
    variables: undefined,
  };
}
