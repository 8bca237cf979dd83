import type { Plugin } from '@podwright/core';
import { imagesPlugin } from '@podwright/plugin-images';
import { resourcesPlugin } from '@podwright/plugin-resources';

/** The built-in plugins in the order in which their taps run. */
export const defaultPlugins: readonly Plugin[] = [
  // First: a job without an image is refused before anybody else looks at it.
  imagesPlugin,
  // Sizes every container that is declared by then.
  resourcesPlugin,
];
