export { sourceVariable } from './choose-source.ts';
export type { ImageDeps } from './context.ts';
export { ensureImages, findImages, type ImageOptions, type ImageSet } from './ensure-images.ts';
export { ensureTools, findTools } from './ensure-tools.ts';
export { type ImageRow, listImages } from './list-images.ts';
