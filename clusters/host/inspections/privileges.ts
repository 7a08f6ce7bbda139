import { configOwner, isWrapperInstalled, wrapperConfig } from '../capability-wrapper.ts';
import { byHand, type FixAction, fine, repairable } from '../findings.ts';
import { missingPackages } from '../host-access.ts';
import { distantEngine, type Inspection, localEngine } from '../inspection.ts';
import { canInstall, capSysResource } from '../machine-facts.ts';

const id = 'privileged';
const title = 'Privileged containers';
const plainRuntimes = ['runc', 'crun', 'io.containerd.runc.v2'];

/** Whether the engine can start the privileged containers that kind's nodes are. */
export const inspectPrivileges: Inspection = async (context) => {
  const { engine: asked, host, machine, place } = context;
  const isChosen = (asked.state === 'silent' && asked.where.chosenBy !== 'default') || asked.state === 'refused';
  if (distantEngine(context) !== undefined || isChosen) {
    return fine({ id, title, found: 'decided by the host of the engine', meaning: 'It cannot be seen from here.' });
  }
  if (machine.missingCapabilities.length === 0) {
    return fine({ id, title, found: 'possible', meaning: "kind's nodes are privileged containers." });
  }
  const engine = localEngine(context);
  if (engine !== undefined && !plainRuntimes.includes(engine.defaultRuntime)) {
    return fine({
      id,
      title,
      found: `this host lacks capabilities (${list(machine.missingCapabilities)}); the engine's default runtime is "${engine.defaultRuntime}"`,
      meaning: 'A runtime of its own is set, which is how a host with fewer capabilities starts privileged containers.',
    });
  }
  if (machine.missingCapabilities.some((capability) => capability !== capSysResource)) {
    return byHand('problem', {
      id,
      title,
      found: `no process on this host can have the capabilities ${list(machine.missingCapabilities)}`,
      meaning: "kind's nodes are privileged containers and need them. This looks like a container without privileges.",
      remedy: 'Run kubewright on a machine or virtual machine of its own, or point DOCKER_HOST at an engine elsewhere.',
    });
  }
  const found = 'this host lacks CAP_SYS_RESOURCE (CapBnd of /proc/self/status), and runc is the default runtime';
  const meaning =
    '"docker run --privileged" fails here ("unable to apply caps"). A small wrapper in front of runc that leaves this one capability out cures it.';
  if (engine !== undefined) {
    return byHand('problem', {
      id,
      title,
      found,
      meaning,
      remedy: `The engine is running and its configuration is left alone. By hand: install jq, copy clusters/host/runc-without-sys-resource.sh to ${place.wrapperFile} (mode 755), merge this into ${place.configFile} and restart the engine:\n${wrapperConfig(place).trim()}`,
    });
  }
  if ((await configOwner(host, place)) === 'foreign') {
    return byHand('problem', {
      id,
      title,
      found: `${found}; ${place.configFile} is not ours`,
      meaning,
      remedy: `Copy clusters/host/runc-without-sys-resource.sh to ${place.wrapperFile} (mode 755), install jq, and merge this into ${place.configFile}:\n${wrapperConfig(place).trim()}`,
    });
  }
  const remedy = `install jq and the wrapper ${place.wrapperFile}, and register it in ${place.configFile}`;
  if (!canInstall(machine)) return byHand('problem', { id, title, found, meaning, remedy: `As root: ${remedy}.` });
  const packages = await missingPackages(host, { jq: 'jq' });
  const fix: FixAction[] = [
    ...((await isWrapperInstalled(host, place)) ? [] : [{ kind: 'capability-wrapper' as const }]),
    ...(packages.length === 0 ? [] : [{ kind: 'packages' as const, names: packages }]),
  ];
  if (fix.length === 0) {
    return fine({ id, title, found: 'the wrapper for this host is installed', meaning });
  }
  return repairable('problem', { id, title, found: 'this host lacks CAP_SYS_RESOURCE', meaning, remedy, fix });
};

function list(capabilities: readonly number[]): string {
  return capabilities.map((number) => (number === capSysResource ? 'CAP_SYS_RESOURCE' : `number ${number}`)).join(', ');
}
