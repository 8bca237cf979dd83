import { expect, it } from 'vitest';
import { namelessServices } from './nameless-services.ts';

it('points to services without a host name, unless a variable may give one', () => {
  const services = ['my_db:1', 'postgres', '$REGISTRY/my_db'].map((name) => service(name));
  expect(namelessServices([...services, service('my_db', 'db')])).toEqual([
    {
      path: 'services[0]',
      message: '"my_db:1" gives no host name: jobs reach this service by localhost only, or set alias',
    },
  ]);
});

function service(name: string, alias = '') {
  return { name, alias, command: [], entrypoint: [] };
}
