import { join } from 'node:path';
import { KubewrightError } from '../../engine/domain/errors.ts';
import { installationRoot } from '../../engine/system/paths.ts';
import type { EnginePlace } from './engine-place.ts';
import type { HostAccess } from './host-access.ts';

/** An engine label: dockerd refuses unknown keys in its configuration, so the mark is one that it knows. */
const ownLabel = 'io.kubewright.configuration=written-by-kubewright';
const runtimeName = 'kubewright';

/** The configuration that registers the wrapper, marked as ours by an engine label. */
export function wrapperConfig(place: EnginePlace): string {
  const config = {
    labels: [ownLabel],
    'default-runtime': runtimeName,
    runtimes: { [runtimeName]: { path: place.wrapperFile } },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** absent: we may write it. ours: we wrote it and may write it again. foreign: somebody else's, hands off. */
export async function configOwner(host: HostAccess, place: EnginePlace): Promise<'absent' | 'ours' | 'foreign'> {
  const config = await host.files.read(place.configFile);
  if (config !== undefined) return config.includes(JSON.stringify(ownLabel)) ? 'ours' : 'foreign';
  return (await host.files.exists(place.configFile)) ? 'foreign' : 'absent';
}

/** Whether the wrapper is installed and registered exactly as we would do it. */
export async function isWrapperInstalled(host: HostAccess, place: EnginePlace): Promise<boolean> {
  return (
    (await host.files.read(place.configFile)) === wrapperConfig(place) &&
    (await host.files.read(place.wrapperFile)) === (await wrapperScript(host))
  );
}

/** Installs and registers the wrapper; the caller has made sure that no engine runs. @throws HOST_UNFIT when the configuration is somebody else's. */
export async function installWrapper(host: HostAccess, place: EnginePlace): Promise<void> {
  if ((await configOwner(host, place)) === 'foreign') {
    throw new KubewrightError('HOST_UNFIT', `${place.configFile} was not written by kubewright and is left alone`);
  }
  await host.files.write(place.wrapperFile, await wrapperScript(host), 0o755);
  await host.files.write(place.configFile, wrapperConfig(place));
}

async function wrapperScript(host: HostAccess): Promise<string> {
  const source = join(installationRoot(), 'clusters/host/runc-without-sys-resource.sh');
  const script = await host.files.read(source);
  if (script === undefined) throw new KubewrightError('HOST_UNFIT', `${source} cannot be read`);
  return script;
}
