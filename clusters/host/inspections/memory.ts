import { byHand, fine } from '../findings.ts';
import type { HostFiles } from '../host-access.ts';
import { distantEngine, formatBytes, gibibyte, type Inspection } from '../inspection.ts';

const id = 'memory';
const title = 'Memory';
/** Measured: a control plane with two workers and the student host, idle. */
const sessionBytes = 1.5 * gibibyte;

/** How many sessions of three nodes fit into what is free. */
export const inspectMemory: Inspection = async (context) => {
  const distant = distantEngine(context);
  const memory = distant === undefined ? await readMeminfo(context.host.files) : undefined;
  const total = memory?.total ?? distant?.memoryBytes;
  if (total === undefined || total === 0) {
    return fine({
      id,
      title,
      found: 'unknown',
      meaning: `A session of three nodes takes about ${formatBytes(sessionBytes)}.`,
    });
  }
  const usable = memory?.available ?? total;
  const fit = Math.floor(usable / sessionBytes);
  const words = {
    id,
    title,
    found:
      memory === undefined
        ? `${formatBytes(total)} for the engine`
        : `${formatBytes(usable)} of ${formatBytes(total)} available`,
    meaning: `A session of three nodes takes about ${formatBytes(sessionBytes)}: room for ${fit === 0 ? 'none' : fit}.`,
  };
  if (fit >= 2) return fine(words);
  const remedy =
    distant?.isDesktop === true
      ? "Give Docker Desktop's machine more memory (Settings, Resources)."
      : 'End programs that use much memory, or stop other sessions ("kubewright sessions").';
  return byHand(fit === 0 ? 'problem' : 'warning', { ...words, remedy });
};

async function readMeminfo(files: HostFiles) {
  const text = (await files.read('/proc/meminfo')) ?? '';
  const bytes = (name: string) => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  };
  const total = bytes('MemTotal');
  const available = bytes('MemAvailable');
  return total === undefined || available === undefined ? undefined : { total, available };
}
