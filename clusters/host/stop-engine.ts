import { machineEngine } from './engine-place.ts';
import { stopEngineWeStarted } from './engine-start.ts';
import { createSystemHost } from './system-host.ts';

/** Ends the dockerd that "doctor --fix" started as a process of its own, and no other: node clusters/host/stop-engine.ts */
const words = {
  stopped: 'The Docker engine that kubewright started was stopped; its images are kept.',
  gone: 'The Docker engine that kubewright started had ended before.',
  none: 'kubewright started no Docker engine here.',
} as const;

process.stderr.write(`${words[await stopEngineWeStarted(createSystemHost(), machineEngine)]}\n`);
