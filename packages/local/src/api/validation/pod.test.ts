import { expect, test } from 'vitest';
import { ApiError } from '../api-error.ts';
import { Changes } from '../changes.ts';
import { testStore } from '../../test-kit/test-store.ts';
import { pods } from '../resources/resources.ts';

interface Parts {
  readonly pod?: object;
  readonly metadata?: object;
  readonly spec?: object;
  readonly container?: object;
}

/** What is sent (a valid Pod but for these parts), the status code, and the causes: reason and field. */
type Row = [title: string, parts: Parts, code: number, causes: string[]];

// Code and causes are those of a Kubernetes 1.20.2 that was sent the same Pods.
const rows: Row[] = [
  ['a Pod with an empty list of containers', { spec: { containers: [] } }, 422, ['Required spec.containers']],
  ['a Pod without containers', { spec: { containers: undefined } }, 422, ['Required spec.containers']],
  ['a Pod without a spec', { pod: { spec: undefined } }, 422, ['Required spec.containers']],
  ['a name with capitals and underscores', { metadata: { name: 'A_b' } }, 422, ['Invalid metadata.name']],
  ['a name of 254 characters', { metadata: { name: 'a'.repeat(254) } }, 422, ['Invalid metadata.name']],
  ['neither name nor generateName', { metadata: { name: undefined } }, 422, ['Required metadata.name']],
  [
    'a generateName that no name can begin with',
    { metadata: { generateName: 'A_', name: undefined } },
    422,
    ['Invalid metadata.generateName', 'Invalid metadata.name'],
  ],
  ['a container name that is no DNS label', { container: { name: 'C_' } }, 422, ['Invalid spec.containers[0].name']],
  ['a container without a name', { container: { name: undefined } }, 422, ['Required spec.containers[0].name']],
  [
    'two containers of one name',
    {
      spec: {
        containers: [
          { name: 'c', image: 'i:1' },
          { name: 'c', image: 'x' },
        ],
      },
    },
    422,
    ['Duplicate spec.containers[1].name'],
  ],
  [
    'an init container named as a container',
    { spec: { initContainers: [{ name: 'c', image: 'x' }] } },
    422,
    ['Duplicate spec.initContainers[0].name'],
  ],
  [
    'two init containers of one name',
    {
      spec: {
        initContainers: [
          { name: 'd', image: 'x' },
          { name: 'd', image: 'x' },
        ],
      },
    },
    422,
    ['Duplicate spec.initContainers[1].name', 'Duplicate spec.initContainers[1].name'],
  ],
  ['a container without an image', { container: { image: undefined } }, 422, ['Required spec.containers[0].image']],
  ['an image with spaces around it', { container: { image: ' x ' } }, 422, ['Invalid spec.containers[0].image']],
  [
    'two volumes of one name',
    {
      spec: {
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'v', emptyDir: {} },
        ],
      },
    },
    422,
    ['Duplicate spec.volumes[1].name'],
  ],
  [
    'a volume name that is no DNS label',
    { spec: { volumes: [{ name: 'V.v', emptyDir: {} }] } },
    422,
    ['Invalid spec.volumes[0].name'],
  ],
  ['a volume without a name', { spec: { volumes: [{ emptyDir: {} }] } }, 422, ['Required spec.volumes[0].name']],
  [
    'a volume with two sources',
    { spec: { volumes: [{ name: 'v', emptyDir: {}, secret: { secretName: 'x' } }] } },
    422,
    ['Forbidden spec.volumes[0].secret'],
  ],
  ['a volume without a source, which is an emptyDir', { spec: { volumes: [{ name: 'v' }] } }, 201, []],
  [
    'a secret volume without secretName',
    { spec: { volumes: [{ name: 'v', secret: {} }] } },
    422,
    ['Required spec.volumes[0].secret.secretName'],
  ],
  [
    'a configMap volume without name',
    { spec: { volumes: [{ name: 'v', configMap: {} }] } },
    422,
    ['Required spec.volumes[0].configMap.name'],
  ],
  [
    'a file mode above 0777',
    { spec: { volumes: [{ name: 'v', secret: { secretName: 'x', defaultMode: 99999 } }] } },
    422,
    ['Invalid spec.volumes[0].secret.defaultMode'],
  ],
  [
    'item paths that lead out, are empty or absolute',
    {
      spec: {
        volumes: [
          {
            name: 'v',
            secret: {
              secretName: 'x',
              items: [
                { key: 'a', path: '../x' },
                { key: '', path: '' },
                { key: 'a', path: '/abs' },
              ],
            },
          },
        ],
      },
    },
    422,
    [
      'Invalid spec.volumes[0].secret.items[0].path',
      'Required spec.volumes[0].secret.items[1].key',
      'Required spec.volumes[0].secret.items[1].path',
      'Invalid spec.volumes[0].secret.items[2].path',
    ],
  ],
  [
    'a hostPath without path',
    { spec: { volumes: [{ name: 'v', hostPath: { path: '' } }] } },
    422,
    ['Required spec.volumes[0].hostPath.path'],
  ],
  [
    'a hostPath with ..',
    { spec: { volumes: [{ name: 'v', hostPath: { path: '/a/../b' } }] } },
    422,
    ['Invalid spec.volumes[0].hostPath.path'],
  ],
  [
    'an unknown hostPath type',
    { spec: { volumes: [{ name: 'v', hostPath: { path: '/a', type: 'Nope' } }] } },
    422,
    ['NotSupported spec.volumes[0].hostPath.type'],
  ],
  [
    'a persistentVolumeClaim without claimName',
    { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: '' } }] } },
    422,
    ['Required spec.volumes[0].persistentVolumeClaim.claimName'],
  ],
  [
    'a projected source with nothing in it',
    { spec: { volumes: [{ name: 'v', projected: { sources: [{}] } }] } },
    201,
    [],
  ],
  [
    'a projected source with two in it',
    {
      spec: { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'a' }, configMap: { name: 'b' } }] } }] },
    },
    422,
    ['Forbidden spec.volumes[0].projected.sources[0]'],
  ],
  [
    'a projected secret without name',
    { spec: { volumes: [{ name: 'v', projected: { sources: [{ secret: {} }] } }] } },
    422,
    ['Required spec.volumes[0].projected.sources[0].secret.name'],
  ],
  [
    'two projected sources with the same path',
    {
      spec: {
        volumes: [
          {
            name: 'v',
            projected: {
              sources: [
                { secret: { name: 'a', items: [{ key: 'k', path: 'p' }] } },
                { secret: { name: 'b', items: [{ key: 'k', path: 'p' }] } },
              ],
            },
          },
        ],
      },
    },
    422,
    ['Invalid spec.volumes[0].projected'],
  ],
  ['a malformed sizeLimit', { spec: { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1x' } }] } }, 400, []],
  [
    'a negative sizeLimit',
    { spec: { volumes: [{ name: 'v', emptyDir: { sizeLimit: '-1' } }] } },
    422,
    ['Forbidden spec.volumes[0].emptyDir.sizeLimit'],
  ],
  [
    'a csi volume without driver',
    { spec: { volumes: [{ name: 'v', csi: { driver: '' } }] } },
    422,
    ['Required spec.volumes[0].csi.driver', 'Invalid spec.volumes[0].csi.driver'],
  ],
  [
    'a mount of an unknown volume',
    { container: { volumeMounts: [{ name: 'nope', mountPath: '/x' }] } },
    422,
    ['NotFound spec.containers[0].volumeMounts[0].name'],
  ],
  [
    'a mount without path',
    { spec: { volumes: [{ name: 'v', emptyDir: {} }] }, container: { volumeMounts: [{ name: 'v' }] } },
    422,
    ['Required spec.containers[0].volumeMounts[0].mountPath'],
  ],
  [
    'a mount without name',
    { spec: { volumes: [{ name: 'v', emptyDir: {} }] }, container: { volumeMounts: [{ mountPath: '/x' }] } },
    422,
    ['Required spec.containers[0].volumeMounts[0].name', 'NotFound spec.containers[0].volumeMounts[0].name'],
  ],
  [
    'two mounts at one path',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: {
        volumeMounts: [
          { name: 'v', mountPath: '/x' },
          { name: 'v', mountPath: '/x' },
        ],
      },
    },
    422,
    ['Invalid spec.containers[0].volumeMounts[1].mountPath'],
  ],
  [
    'a subPath that leads out',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../a' }] },
    },
    422,
    ['Invalid spec.containers[0].volumeMounts.subPath'],
  ],
  [
    'an absolute subPath',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '/a' }] },
    },
    422,
    ['Invalid spec.containers[0].volumeMounts.subPath'],
  ],
  [
    'subPath and subPathExpr together',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: 'a', subPathExpr: 'b' }] },
    },
    422,
    ['Invalid spec.containers[0].volumeMounts[0].subPathExpr'],
  ],
  [
    'an unknown mount propagation',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'X' }] },
    },
    422,
    ['NotSupported spec.containers[0].volumeMounts.mountPropagation'],
  ],
  [
    'bidirectional propagation without privileges',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'Bidirectional' }] },
    },
    422,
    ['Forbidden spec.containers[0].volumeMounts.mountPropagation'],
  ],
  [
    'a relative mount path with a colon',
    {
      spec: { volumes: [{ name: 'v', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'v', mountPath: 'x:y' }] },
    },
    201,
    [],
  ],
  ['a malformed quantity', { container: { resources: { limits: { cpu: 'abc' } } } }, 400, []],
  ['an empty quantity', { container: { resources: { limits: { cpu: '' } } } }, 400, []],
  [
    'a negative quantity',
    { container: { resources: { limits: { cpu: '-1' } } } },
    422,
    ['Invalid spec.containers[0].resources.limits[cpu]', 'Invalid spec.containers[0].resources.requests[cpu]'],
  ],
  [
    'requests above limits',
    { container: { resources: { limits: { cpu: '1', memory: '1Mi' }, requests: { cpu: '2', memory: '1Gi' } } } },
    422,
    ['Invalid spec.containers[0].resources.requests', 'Invalid spec.containers[0].resources.requests'],
  ],
  [
    'a resource nobody knows',
    { container: { resources: { limits: { foo: '1' } } } },
    422,
    [
      'Invalid spec.containers[0].resources.limits[foo]',
      'Invalid spec.containers[0].resources.limits[foo]',
      'Invalid spec.containers[0].resources.requests[foo]',
      'Invalid spec.containers[0].resources.requests[foo]',
    ],
  ],
  [
    'an extended resource without limit',
    { container: { resources: { requests: { 'a.b/foo': '1' } } } },
    422,
    ['Required spec.containers[0].resources.limits'],
  ],
  [
    'an extended resource with another limit',
    { container: { resources: { requests: { 'a.b/foo': '1' }, limits: { 'a.b/foo': '2' } } } },
    422,
    ['Invalid spec.containers[0].resources.requests'],
  ],
  [
    'a fraction of an extended resource',
    { container: { resources: { requests: { 'a.b/foo': '1.5' }, limits: { 'a.b/foo': '1.5' } } } },
    422,
    ['Invalid spec.containers[0].resources.limits[a.b/foo]', 'Invalid spec.containers[0].resources.requests[a.b/foo]'],
  ],
  [
    'huge pages without cpu or memory',
    { container: { resources: { limits: { 'hugepages-2Mi': '2Mi' } } } },
    422,
    ['Forbidden spec.containers[0].resources'],
  ],
  [
    'a variable without name',
    { container: { env: [{ value: 'x' }] } },
    422,
    ['Required spec.containers[0].env[0].name'],
  ],
  [
    'a variable name with a space',
    { container: { env: [{ name: 'a b', value: 'x' }] } },
    422,
    ['Invalid spec.containers[0].env[0].name'],
  ],
  [
    'a variable name with an equals sign',
    { container: { env: [{ name: 'a=b', value: 'x' }] } },
    422,
    ['Invalid spec.containers[0].env[0].name'],
  ],
  [
    'a variable name that begins with a digit',
    { container: { env: [{ name: '1a', value: 'x' }] } },
    422,
    ['Invalid spec.containers[0].env[0].name'],
  ],
  [
    'a variable given twice',
    {
      container: {
        env: [
          { name: 'a', value: 'x' },
          { name: 'a', value: 'y' },
        ],
      },
    },
    201,
    [],
  ],
  [
    'a variable with value and valueFrom',
    { container: { env: [{ name: 'a', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] } },
    422,
    ['Invalid spec.containers[0].env[0].valueFrom'],
  ],
  [
    'a variable from two sources',
    {
      container: {
        env: [
          { name: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' }, configMapKeyRef: { name: 's', key: 'k' } } },
        ],
      },
    },
    422,
    ['Invalid spec.containers[0].env[0].valueFrom'],
  ],
  [
    'a variable with an empty valueFrom',
    { container: { env: [{ name: 'a', valueFrom: {} }] } },
    422,
    ['Invalid spec.containers[0].env[0].valueFrom'],
  ],
  [
    'a variable from an unknown field',
    { container: { env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] } },
    422,
    ['Invalid spec.containers[0].env[0].valueFrom.fieldRef.fieldPath'],
  ],
  [
    'a variable from an unknown resource',
    { container: { env: [{ name: 'a', valueFrom: { resourceFieldRef: { resource: 'nope' } } }] } },
    422,
    ['NotSupported spec.containers[0].env[0].valueFrom.resourceFieldRef.resource'],
  ],
  [
    'a variable from a secret without key',
    { container: { env: [{ name: 'a', valueFrom: { secretKeyRef: { name: 's', key: '' } } }] } },
    422,
    ['Required spec.containers[0].env[0].valueFrom.secretKeyRef.key'],
  ],
  ['an empty envFrom', { container: { envFrom: [{}] } }, 422, ['Invalid spec.containers[0].envFrom']],
  [
    'an envFrom prefix with a space',
    { container: { envFrom: [{ prefix: 'a b', configMapRef: { name: 'x' } }] } },
    422,
    ['Invalid spec.containers[0].envFrom[0].prefix'],
  ],
  ['a label value with a space', { metadata: { labels: { a: 'b c' } } }, 422, ['Invalid metadata.labels']],
  [
    'malformed label keys',
    { metadata: { labels: { 'a b': 'c', 'x/y/z': 'c', '/q': 'c' } } },
    422,
    ['Invalid metadata.labels', 'Invalid metadata.labels', 'Invalid metadata.labels'],
  ],
  ['a label value of 64 characters', { metadata: { labels: { a: 'b'.repeat(64) } } }, 422, ['Invalid metadata.labels']],
  [
    'an annotation key with a space',
    { metadata: { annotations: { 'a b': 'c' } } },
    422,
    ['Invalid metadata.annotations'],
  ],
  [
    'host aliases with bad addresses and names',
    { spec: { hostAliases: [{ ip: '300.1.1.1', hostnames: ['a', 'B_c'] }, { hostnames: ['x'] }] } },
    422,
    ['Invalid spec.hostAliases.ip', 'Invalid spec.hostAliases.hostnames', 'Invalid spec.hostAliases.ip'],
  ],
  [
    'host aliases with hostNetwork',
    { spec: { hostNetwork: true, hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }] } },
    201,
    [],
  ],
  ['an unknown restartPolicy', { spec: { restartPolicy: 'Nope' } }, 422, ['NotSupported spec.restartPolicy']],
  ['an unknown dnsPolicy', { spec: { dnsPolicy: 'Nope' } }, 422, ['NotSupported spec.dnsPolicy']],
  ['dnsPolicy None without dnsConfig', { spec: { dnsPolicy: 'None' } }, 422, ['Required spec.dnsConfig']],
  [
    'a dnsConfig with several mistakes',
    {
      spec: {
        dnsConfig: {
          nameservers: ['a', '1.1.1.1', '1.1.1.2', '1.1.1.3'],
          searches: ['A_B'],
          options: [{ value: 'x' }],
        },
      },
    },
    422,
    [
      'Invalid spec.dnsConfig.nameservers',
      'Invalid spec.dnsConfig.nameservers[0]',
      'Invalid spec.dnsConfig.searches[0]',
      'Required spec.dnsConfig.options[0]',
    ],
  ],
  ['activeDeadlineSeconds of 0', { spec: { activeDeadlineSeconds: 0 } }, 422, ['Invalid spec.activeDeadlineSeconds']],
  ['activeDeadlineSeconds as text', { spec: { activeDeadlineSeconds: 'x' } }, 400, []],
  ['a negative grace period', { spec: { terminationGracePeriodSeconds: -1 } }, 201, []],
  [
    'an unknown imagePullPolicy',
    { container: { imagePullPolicy: 'Nope' } },
    422,
    ['NotSupported spec.containers[0].imagePullPolicy'],
  ],
  ['an imagePullSecret without name', { spec: { imagePullSecrets: [{}] } }, 201, []],
  [
    'an unknown terminationMessagePolicy',
    { container: { terminationMessagePolicy: 'x' } },
    422,
    ['Invalid spec.containers[0].terminationMessagePolicy'],
  ],
  [
    'privileged without privilege escalation',
    { container: { securityContext: { privileged: true, allowPrivilegeEscalation: false } } },
    422,
    ['Invalid spec.containers[0].securityContext'],
  ],
  [
    'CAP_SYS_ADMIN without privilege escalation',
    { container: { securityContext: { capabilities: { add: ['CAP_SYS_ADMIN'] }, allowPrivilegeEscalation: false } } },
    422,
    ['Invalid spec.containers[0].securityContext'],
  ],
  [
    'negative user and group',
    { container: { securityContext: { runAsUser: -1, runAsGroup: -2 } } },
    422,
    ['Invalid spec.containers[0].securityContext.runAsUser', 'Invalid spec.containers[0].securityContext.runAsGroup'],
  ],
  ['an unknown procMount', { container: { securityContext: { procMount: 'x' } } }, 201, []],
  [
    'negative ids of a Pod',
    { spec: { securityContext: { runAsUser: -1, runAsGroup: -1, fsGroup: -1, supplementalGroups: [-1] } } },
    422,
    [
      'Invalid spec.securityContext.fsGroup',
      'Invalid spec.securityContext.runAsUser',
      'Invalid spec.securityContext.runAsGroup',
      'Invalid spec.securityContext.supplementalGroups[0]',
    ],
  ],
  [
    'sysctls with several mistakes',
    {
      spec: {
        securityContext: {
          sysctls: [
            { name: 'a b', value: '1' },
            { name: '', value: '' },
            { name: 'net.x', value: '1' },
            { name: 'net.x', value: '1' },
          ],
        },
      },
    },
    422,
    [
      'Invalid spec.securityContext.sysctls[0].name',
      'Required spec.securityContext.sysctls[1].name',
      'Duplicate spec.securityContext.sysctls[3].name',
    ],
  ],
  [
    'an unknown fsGroupChangePolicy',
    { spec: { securityContext: { fsGroupChangePolicy: 'x' } } },
    422,
    ['NotSupported spec.securityContext.fsGroupChangePolicy'],
  ],
  [
    'seccomp type Localhost without profile',
    { spec: { securityContext: { seccompProfile: { type: 'Localhost' } } } },
    422,
    ['Required spec.securityContext.seccompProfile.localhostProfile'],
  ],
  [
    'an unknown seccomp type',
    { spec: { securityContext: { seccompProfile: { type: 'Nope' } } } },
    422,
    ['NotSupported spec.securityContext.seccompProfile.type'],
  ],
  [
    'a node selector with spaces',
    { spec: { nodeSelector: { 'a b': 'c d' } } },
    422,
    ['Invalid spec.nodeSelector', 'Invalid spec.nodeSelector'],
  ],
  [
    'tolerations with a mistake each',
    {
      spec: {
        tolerations: [
          { key: 'a', operator: 'Exists', value: 'x' },
          { operator: 'Equal', value: 'x' },
          { key: 'k', effect: 'Nope' },
          { key: 'k', operator: 'Nope' },
          { key: 'k', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 },
        ],
      },
    },
    422,
    [
      'Invalid spec.tolerations[0].operator',
      'Invalid spec.tolerations[1].operator',
      'NotSupported spec.tolerations[2].effect',
      'NotSupported spec.tolerations[3].operator',
      'Invalid spec.tolerations[4].effect',
    ],
  ],
  [
    'an unknown operator of node affinity',
    {
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Nope' }] }],
            },
          },
        },
      },
    },
    422,
    [
      'Invalid spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator',
    ],
  ],
  [
    'node affinity with wrong values and weight',
    {
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 0, preference: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] } },
            ],
          },
        },
      },
    },
    422,
    [
      'Required spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values',
      'Invalid spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight',
      'Forbidden spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values',
    ],
  ],
  [
    'pod affinity without topologyKey',
    {
      spec: {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { a: 'b' } } }],
          },
        },
      },
    },
    422,
    [
      'Required spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey',
      'Invalid spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey',
      'Invalid spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey',
    ],
  ],
  [
    'a shared process namespace with hostPID',
    { spec: { shareProcessNamespace: true, hostPID: true } },
    422,
    ['Invalid spec.securityContext.shareProcessNamespace'],
  ],
  ['an unknown service account', { spec: { serviceAccountName: 'nope' } }, 403, []],
  ['a malformed service account name', { spec: { serviceAccountName: 'No_pe' } }, 403, []],
  [
    'a malformed hostname and subdomain',
    { spec: { hostname: 'A_', subdomain: 'B_' } },
    422,
    ['Invalid spec.hostname', 'Invalid spec.subdomain'],
  ],
  ['an unknown priority class', { spec: { priorityClassName: 'nope' } }, 403, []],
  ['an unknown runtime class', { spec: { runtimeClassName: 'nope' } }, 403, []],
  [
    'ports with a mistake each',
    {
      container: {
        ports: [
          { containerPort: 0 },
          { containerPort: 70000 },
          { containerPort: 80, protocol: 'X' },
          { containerPort: 80, name: 'Bad_Name' },
          { containerPort: 1, hostPort: 1 },
        ],
      },
    },
    422,
    [
      'Required spec.containers[0].ports[0].containerPort',
      'Invalid spec.containers[0].ports[1].containerPort',
      'NotSupported spec.containers[0].ports[2].protocol',
      'Invalid spec.containers[0].ports[3].name',
    ],
  ],
  ['a relative workingDir', { container: { workingDir: 'rel' } }, 201, []],
  [
    'a preStop without handler',
    { container: { lifecycle: { preStop: {} } } },
    422,
    ['Required spec.containers[0].lifecycle.preStop'],
  ],
  ['a probe without handler', { container: { livenessProbe: {} } }, 422, ['Required spec.containers[0].livenessProbe']],
  [
    'a probe with a negative period and no command',
    { container: { readinessProbe: { exec: { command: [] }, periodSeconds: -1 } } },
    422,
    [
      'Required spec.containers[0].readinessProbe.exec.command',
      'Invalid spec.containers[0].readinessProbe.periodSeconds',
    ],
  ],
  ['tty as text', { container: { tty: 'yes' } }, 400, []],
  ['a command as text', { container: { command: 'sh' } }, 400, []],
  ['a variable with a number as value', { container: { env: [{ name: 'a', value: 1 }] } }, 400, []],
  ['fields that do not exist', { spec: { bar: { a: 1 } }, container: { foo: 'x' } }, 201, []],
  ['a Secret where a Pod should be', { pod: { kind: 'Secret' } }, 400, []],
  ['no kind', { pod: { kind: undefined } }, 201, []],
  ['an unknown apiVersion', { pod: { apiVersion: 'v2' } }, 400, []],
  ['neither kind nor apiVersion', { pod: { apiVersion: undefined, kind: undefined } }, 201, []],
  ['another namespace than that of the path', { metadata: { namespace: 'other' } }, 400, []],
  ['a resourceVersion', { metadata: { resourceVersion: '5' } }, 201, []],
  [
    'an owner without name and uid',
    { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: '' }] } },
    422,
    ['Invalid metadata.ownerReferences.name', 'Invalid metadata.ownerReferences.uid'],
  ],
  [
    'two owners that control',
    {
      metadata: {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'a', controller: true },
          { apiVersion: 'v1', kind: 'Pod', name: 'b', uid: 'b', controller: true },
        ],
      },
    },
    422,
    ['Invalid metadata.ownerReferences'],
  ],
  [
    'malformed finalizers',
    { metadata: { finalizers: ['a b', 'x'] } },
    422,
    ['Invalid metadata.finalizers', 'Invalid metadata.finalizers[0]', 'Invalid metadata.finalizers[1]'],
  ],
  ['a malformed nodeName', { spec: { nodeName: 'Bad_' } }, 422, ['Invalid spec.nodeName']],
  ['enableServiceLinks as text', { spec: { enableServiceLinks: 'x' } }, 400, []],
  [
    'a topology spread with several mistakes',
    { spec: { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'x' }] } },
    422,
    [
      'Invalid spec.topologySpreadConstraints[0].maxSkew',
      'Required spec.topologySpreadConstraints[0].topologyKey',
      'NotSupported spec.topologySpreadConstraints[0].whenUnsatisfiable',
    ],
  ],
  ['an overhead without runtime class', { spec: { overhead: { cpu: '1' } } }, 403, []],
  ['an ephemeral container', { spec: { ephemeralContainers: [{ name: 'e', image: 'x' }] } }, 201, []],
];

test.each(rows)('%s is answered as Kubernetes does', (_title, parts, code, causes) => {
  const answer = send(podWith(parts));

  expect({ code: answer.code, causes: [...new Set(answer.causes)].toSorted() }).toEqual({
    code,
    causes: [...new Set(causes)].toSorted(),
  });
});

test('annotations of more than 256 KiB are refused', () => {
  const answer = send(podWith({ metadata: { annotations: { a: 'x'.repeat(256 * 1024) } } }));

  expect(answer).toEqual({ code: 422, causes: ['TooLong metadata.annotations'] });
});

function podWith({ pod, metadata, spec, container }: Parts) {
  const containers = [{ name: 'c', image: 'i:1', ...container }];
  return JSON.parse(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', ...metadata },
      spec: { containers, ...spec },
      ...pod,
    }),
  ) as Record<string, unknown>;
}

function send(pod: Record<string, unknown>): { code: number; causes: string[] } {
  const changes = new Changes(testStore(), () => {});
  try {
    changes.create(pods, 'default', pod, { dryRun: true, unknownFields: 'Ignore' });
    return { code: 201, causes: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const causes = error.code === 422 ? (error.details?.causes ?? []) : [];
    return {
      code: error.code,
      causes: causes.map(({ reason, field }) => `${reason?.replace('FieldValue', '')} ${field}`),
    };
  }
}
