import { describe, expect, it } from 'vitest';
import { readCiFile } from './read-ci-file.ts';

/** Files as projects have them: everything that such files commonly use, at once. */
const files = {
  node: `
# https://docs.gitlab.com/ee/ci/
image: node:20-alpine

stages:
  - install
  - check
  - release

variables:
  NPM_CONFIG_CACHE: "$CI_PROJECT_DIR/.npm"
  FF_USE_FASTZIP: "true"
  GIT_DEPTH: 10

workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS
      when: never
    - if: $CI_COMMIT_BRANCH

.rules:
  main:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

.cached: &cached
  cache: &npm-cache
    key:
      files: [package-lock.json]
      prefix: npm
    paths: [.npm/]
    policy: pull

install:
  <<: *cached
  stage: install
  cache:
    <<: *npm-cache
    policy: pull-push
  script:
    - npm ci --prefer-offline
  artifacts:
    expire_in: 1 hour
    paths: [node_modules/]

"unit tests":
  <<: *cached
  stage: check
  needs: ["install"]
  coverage: '/Lines\\s*:\\s*(\\d+\\.?\\d*)%/'
  retry:
    max: 2
    when: [runner_system_failure, stuck_or_timeout_failure]
  script:
    - npm test -- --coverage
    - |
      if [ -n "$CODECOV_TOKEN" ]; then
        npx codecov
      fi
  artifacts:
    when: always
    reports:
      junit: junit.xml
      coverage_report:
        coverage_format: cobertura
        path: coverage/cobertura-coverage.xml

publish:
  stage: release
  rules: [!reference [.rules, main]]
  needs:
    - job: install
      artifacts: true
  id_tokens:
    NPM_ID_TOKEN: { aud: "npm:registry.npmjs.org" }
  script: npm publish
`,
  docker: `
default:
  image: docker:24
  services:
    - name: docker:24-dind
      alias: docker
      command: ["--mtu=1400"]
  tags: [privileged]
  interruptible: true
  before_script:
    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" $CI_REGISTRY

variables:
  IMAGE: $CI_REGISTRY_IMAGE/app
  DOCKER_TLS_CERTDIR: "/certs"
  DEPLOY:
    value: "staging"
    options: ["staging", "production"]
    description: "Where to deploy"

.build:
  stage: build
  script:
    - docker build --target $TARGET -t $IMAGE:$CI_COMMIT_SHORT_SHA .
  timeout: 1h 15m

build app:
  extends: .build
  variables: { TARGET: app }
  only:
    - main
    - tags
    - /^release-.*$/

build worker:
  extends: [.build]
  variables:
    TARGET: worker
  except: [schedules]

deploy:
  stage: deploy
  inherit:
    default: false
  image: { name: "bitnami/kubectl:1.29", entrypoint: [""] }
  environment:
    name: review/$CI_COMMIT_REF_SLUG
    url: https://$CI_COMMIT_REF_SLUG.example.com
    on_stop: stop
    auto_stop_in: 1 week
  resource_group: production
  when: manual
  allow_failure: false
  script:
    - kubectl apply -f k8s/
    - "kubectl rollout status deploy/app"

stop:
  stage: deploy
  variables: { GIT_STRATEGY: none }
  environment: { name: review/$CI_COMMIT_REF_SLUG, action: stop }
  script: [kubectl delete -f k8s/]
  when: manual
`,
};

describe('readCiFile on files as projects have them', () => {
  it('reads a job of a Node project', () => {
    expect(readCiFile(files.node, 'node.yml', 'unit tests')).toMatchObject({
      name: 'unit tests',
      stage: 'check',
      image: { name: 'node:20-alpine' },
      script: ['npm test -- --coverage', 'if [ -n "$CODECOV_TOKEN" ]; then\n  npx codecov\nfi\n'],
      cache: [{ key: 'npm-default', paths: ['.npm/'], policy: 'pull' }],
      artifacts: [{ artifact_type: 'junit' }, { artifact_type: 'cobertura' }],
      expectsArtifactsOf: ['install'],
    });
    expect(readCiFile(files.node, 'node.yml', 'install').cache).toEqual([
      { key: 'npm-default', paths: ['.npm/'], policy: 'pull-push' },
    ]);
  });

  it('names what one of its jobs needs of GitLab', () => {
    expect(() => readCiFile(files.node, 'node.yml', 'publish')).toThrow(/^ {2}node\.yml:74: publish\.id_tokens: /m);
  });

  it('reads jobs of a project that builds images', () => {
    expect(readCiFile(files.docker, 'docker.yml', 'build worker')).toMatchObject({
      image: { name: 'docker:24' },
      services: [{ name: 'docker:24-dind', alias: 'docker', command: ['--mtu=1400'] }],
      script: [
        'docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" $CI_REGISTRY',
        'docker build --target $TARGET -t $IMAGE:$CI_COMMIT_SHORT_SHA .',
      ],
      timeout: 4500,
    });
    expect(readCiFile(files.docker, 'docker.yml', 'deploy')).toMatchObject({
      image: { name: 'bitnami/kubectl:1.29', entrypoint: [''] },
      services: [],
      script: ['kubectl apply -f k8s/', 'kubectl rollout status deploy/app'],
      environment: { name: 'review/$CI_COMMIT_REF_SLUG', url: 'https://$CI_COMMIT_REF_SLUG.example.com' },
    });
  });
});
