import { expect, test } from 'vitest';
import type { ApiError } from './api-error.ts';
import type { StoredObject } from './kube-object.ts';
import { events, pods } from './resources/resources.ts';
import { parseSelector } from './selectors.ts';

const pod: StoredObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns', uid: 'u', resourceVersion: '1', labels: { app: 'web', tier: 'a', '': 'x' } },
  spec: { nodeName: 'n' },
  status: { phase: 'Running' },
};

test.each<[string, boolean]>([
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app = web', true],
  ['app=db', false],
  ['app!=db', true],
  ['other!=x', true],
  ['app!=web', false],
  ['app', true],
  ['other', false],
  ['!other', true],
  ['!app', false],
  ['app in (db, web)', true],
  ['app in (db)', false],
  ['app notin (db)', true],
  ['other notin (db)', true],
  ['app notin (web,db)', false],
  ['app=web,tier in (a,b),!other', true],
  ['app=web,tier in (b)', false],
  ['app=', false],
  ['constructor', false],
])('label selector "%s" matches: %s', (labelSelector, matches) => {
  expect(parseSelector(pods, new URLSearchParams({ labelSelector })).matches(pod)).toBe(matches);
});

test.each<[string, boolean]>([
  ['metadata.name=p', true],
  ['metadata.name==p', true],
  ['metadata.name!=p', false],
  ['metadata.namespace=ns,status.phase=Running', true],
  ['status.phase!=Running', false],
  ['spec.nodeName=n', true],
  ['spec.nodeName=', false],
])('field selector "%s" matches: %s', (fieldSelector, matches) => {
  expect(parseSelector(pods, new URLSearchParams({ fieldSelector })).matches(pod)).toBe(matches);
});

test.each([
  ['labelSelector', 'a in b'],
  ['labelSelector', 'a=b=c'],
  ['labelSelector', 'a,,b'],
  ['labelSelector', 'a b'],
  ['fieldSelector', 'foo'],
  ['fieldSelector', 'spec.foo=b'],
  ['fieldSelector', 'involvedObject.name=b'],
])('%s "%s" is refused', (parameter, text) => {
  expect(() => parseSelector(pods, new URLSearchParams({ [parameter]: text }))).toThrow(
    expect.objectContaining({ code: 400 }) as ApiError,
  );
});

test('a refused field is answered with those that can be selected by', () => {
  expect(() => parseSelector(events, new URLSearchParams({ fieldSelector: 'spec.x=y' }))).toThrow(
    'field label not supported: spec.x; valid for events: metadata.name, metadata.namespace, involvedObject.kind',
  );
});

test('the only name that can match is known', () => {
  const named = parseSelector(pods, new URLSearchParams({ fieldSelector: 'metadata.name=p' }));
  const other = parseSelector(pods, new URLSearchParams({ fieldSelector: 'metadata.name!=p' }));

  expect([named.name, other.name]).toEqual(['p', undefined]);
});
