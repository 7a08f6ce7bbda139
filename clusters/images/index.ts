export { ensureImages, findImages } from './ensure-images.ts';
export { ensureTools, findTools } from './ensure-tools.ts';
export { listImages } from './list-images.ts';
export { ensureLoadBalancer, findLoadBalancer } from './load-balancer.ts';
