import { expect, test } from 'vitest';
import type { ApiError } from '../api-error.ts';
import { requestInfo } from './request-info.ts';

test.each([
  ['GET', '/api/v1/pods', 'list pods'],
  ['GET', '/api/v1/pods?watch=1', 'watch pods'],
  ['GET', '/api/v1/pods?watch=false', 'list pods'],
  ['GET', '/api/v1/namespaces', 'list namespaces'],
  ['GET', '/api/v1/namespaces/a', 'get namespaces a'],
  ['POST', '/api/v1/namespaces', 'create namespaces'],
  ['GET', '/api/v1/namespaces/a/status', 'get namespaces/status a'],
  ['GET', '/api/v1/namespaces/a/pods', 'list pods in a'],
  ['POST', '/api/v1/namespaces/a/pods', 'create pods in a'],
  ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection pods in a'],
  ['PUT', '/api/v1/namespaces/a/pods/p', 'update pods p in a'],
  ['PATCH', '/api/v1/namespaces/a/pods/p', 'patch pods p in a'],
  ['DELETE', '/api/v1/namespaces/a/pods/p', 'delete pods p in a'],
  ['GET', '/api/v1/namespaces/a/pods/p/log', 'get pods/log p in a'],
  ['POST', '/api/v1/namespaces/a/pods/p/exec', 'create pods/exec p in a'],
  ['PATCH', '/api/v1/namespaces/a/pods/p/status', 'patch pods/status p in a'],
  ['GET', '/api/v1/namespaces/pods/pods/pods', 'get pods pods in pods'],
  ['GET', '/api/v1/namespaces/a%2Fb/pods', 'list pods in a/b'],
])('%s %s is %s', (method, path, text) => {
  expect(shown(method, path)).toBe(text);
});

test.each([
  ['GET', '/api', undefined],
  ['GET', '/version', undefined],
  ['GET', '/api/v1', undefined],
  ['GET', '/api/v1/foos', 404],
  ['GET', '/api/v1/namespaces/a/foos', 404],
  ['GET', '/api/v1/pods/p', 404],
  ['GET', '/api/v1/namespaces/a/pods/p/foo', 404],
  ['GET', '/api/v1/namespaces/a/pods/p/log/x', 404],
  ['GET', '/api/v1/namespaces/%zz/pods', 404],
  ['POST', '/api/v1/pods', 405],
  ['DELETE', '/api/v1/namespaces', 405],
  ['DELETE', '/api/v1/pods', 405],
  ['PUT', '/api/v1/namespaces/a/pods', 405],
  ['POST', '/api/v1/namespaces/a/pods/p', 405],
  ['DELETE', '/api/v1/namespaces/a/pods/p/log', 405],
  ['BREW', '/api/v1/namespaces/a/pods', 405],
])('%s %s is none of a resource: %s', (method, path, code) => {
  expect(shown(method, path)).toBe(code);
});

function shown(method: string, path: string): string | number | undefined {
  try {
    const info = requestInfo(method, new URL(path, 'http://localhost'));
    if (info === undefined) return undefined;
    const { verb, resource, subresource, name, namespace } = info;
    const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
    return [verb, what, name, namespace && `in ${namespace}`].filter((part) => part !== '').join(' ');
  } catch (error) {
    return (error as ApiError).code;
  }
}
