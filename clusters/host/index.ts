/** The host of the drills: what other folders may use. */
export { admitSession, createDiskGauge, findKubeadmFlags, hasCgroupV1 } from './admission.ts';
export { chromiumArguments, findChromium } from './chromium.ts';
export { formatFindings, worstState } from './findings.ts';
export { type FirstRunDeps, firstRun } from './first-run.ts';
export { formatPlan, planFix, runFix } from './fix.ts';
export type { LabParts } from './host-access.ts';
export { inspectHost } from './inspect.ts';
export { createSystemHost } from './system-host.ts';
