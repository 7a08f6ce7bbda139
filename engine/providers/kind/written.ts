import { sessionOfLabels } from './names.ts';

/** The engine adds up the sizes of all its files for the answer. */
const withinMs = 60_000;

/** dockerode's df, which takes a signal although its types do not know. */
export interface UsageSource {
  df(options: object): Promise<unknown>;
}

interface DiskUsage {
  readonly Containers?: readonly {
    readonly Labels?: Readonly<Record<string, string>>;
    readonly SizeRw?: number;
    readonly Mounts?: readonly { readonly Name?: string }[];
  }[];
  readonly Volumes?: readonly { readonly Name: string; readonly UsageData?: { readonly Size: number } }[];
}

/** Bytes that the containers of each session have written, their volumes included. */
export async function writtenBytes(engine: UsageSource): Promise<ReadonlyMap<string, number>> {
  const usage = (await engine.df({ abortSignal: AbortSignal.timeout(withinMs) })) as DiskUsage;
  const volumes = new Map((usage.Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? 0]));
  const written = new Map<string, number>();
  for (const { Labels = {}, SizeRw = 0, Mounts = [] } of usage.Containers ?? []) {
    const session = sessionOfLabels(Labels);
    if (session === undefined) continue;
    // Docker says -1 where it does not know.
    const ofVolumes = Mounts.reduce((sum, { Name = '' }) => sum + Math.max(0, volumes.get(Name) ?? 0), 0);
    written.set(session, (written.get(session) ?? 0) + Math.max(0, SizeRw) + ofVolumes);
  }
  return written;
}
