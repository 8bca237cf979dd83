import type { Plugin } from '@podwright/core';
import { identityPlugin } from '@podwright/plugin-identity';
import { imagesPlugin } from '@podwright/plugin-images';
import { metadataPlugin } from '@podwright/plugin-metadata';
import { networkPlugin } from '@podwright/plugin-network';
import { resourcesPlugin } from '@podwright/plugin-resources';
import { schedulingPlugin } from '@podwright/plugin-scheduling';
import { securityPlugin } from '@podwright/plugin-security';
import { servicesPlugin } from '@podwright/plugin-services';
import { volumesPlugin } from '@podwright/plugin-volumes';

/** The built-in plugins in the order in which their taps run. */
export const defaultPlugins: readonly Plugin[] = [
  // First: who the job is for decides whether it may run at all.
  identityPlugin,
  // A job without an image is refused before anybody looks at the rest of its Pod.
  imagesPlugin,
  // Declares containers.
  servicesPlugin,
  resourcesPlugin,
  volumesPlugin,
  securityPlugin,
  schedulingPlugin,
  networkPlugin,
  metadataPlugin,
];
