import type { AnsweringEngine, EngineAddress } from '../engine-facts.ts';
import { byHand, type Finding, type FixAction, fine, repairable } from '../findings.ts';
import { findProgram, missingPackages } from '../host-access.ts';
import type { Inspection, InspectionContext } from '../inspection.ts';
import { canInstall, capSysResource, type MachineFacts } from '../machine-facts.ts';

const title = 'Docker engine';
const id = 'engine';
const meaning = 'Every node of a cluster is a container of this engine: without it there is no drill.';

/** Whether a Docker engine answers, where, and of what kind. */
export const inspectEngine: Inspection = async (context) => {
  const { engine } = context;
  switch (engine.state) {
    case 'answers':
      return judgeAnswer(engine);
    case 'refused':
      return byHand('problem', {
        id,
        title,
        found: `${describe(engine.where)} refuses this user: ${engine.message}`,
        meaning,
        remedy:
          'sudo usermod -aG docker "$USER", then log in again. (Who may use the engine is root on this host in all but name.)',
      });
    case 'silent':
      return engine.where.chosenBy === 'default'
        ? judgeAbsence(context, `nothing answers at ${engine.where.address}`)
        : byHand('problem', {
            id,
            title,
            found: `${describe(engine.where)} does not answer: ${engine.message}`,
            meaning,
            remedy:
              engine.where.chosenBy === 'DOCKER_HOST'
                ? 'Start that engine, or unset DOCKER_HOST to use the one of this machine.'
                : 'Start that engine, or run "docker context use default" to use the one of this machine.',
          });
    case 'no-client':
      return judgeAbsence(context, 'the program "docker" is not installed');
  }
};

function judgeAnswer(engine: AnsweringEngine): Finding {
  const found = `${engine.version} on ${engine.operatingSystem}, ${describe(engine.where)}`;
  if (engine.isRootless) {
    return byHand('warning', {
      id,
      title,
      found: `${found}, rootless`,
      meaning:
        'kind runs on a rootless engine only with cgroup v2 and delegated controllers. Not tested by kubewright.',
      remedy: 'If a start fails, use an engine that runs as root (docker context use default).',
    });
  }
  if (engine.storageDriver === 'vfs') {
    return byHand('warning', {
      id,
      title,
      found: `${found}, storage driver vfs`,
      meaning: 'vfs copies a whole image for every container: a start takes minutes and several GiB more.',
      remedy: 'Keep the data of the engine on ext4 or xfs and use the storage driver overlay2.',
    });
  }
  return fine({ id, title, found, meaning });
}

async function judgeAbsence(context: InspectionContext, found: string): Promise<Finding> {
  const { host, machine } = context;
  const isHopeless = machine.missingCapabilities.some((capability) => capability !== capSysResource);
  if (!canInstall(machine) || isHopeless) {
    return byHand('problem', { id, title, found, meaning, remedy: installByHand(machine) });
  }
  const names = await missingPackages(host, { dockerd: 'docker.io', iptables: 'iptables', ip: 'iproute2' });
  // From Debian 13 on the client is a package of its own.
  const needsClient =
    machine.distribution.id === 'debian' &&
    Number(machine.distribution.version) >= 13 &&
    (await findProgram(host, 'docker')) === undefined;
  const packages = needsClient ? [...names, 'docker-cli'] : names;
  const fix: FixAction[] = [
    ...(packages.length === 0 ? [] : [{ kind: 'packages' as const, names: packages }]),
    { kind: 'engine-start', hasSystemd: machine.hasSystemd },
  ];
  return repairable('problem', { id, title, found, meaning, remedy: installByHand(machine), fix });
}

/** The steps for a person, by platform. */
function installByHand(machine: MachineFacts): string {
  if (machine.platform === 'darwin')
    return 'Install and start Docker Desktop, Colima or OrbStack, then run doctor again.';
  if (machine.isWsl) {
    return 'Switch on the WSL integration of Docker Desktop for this distribution, or install the engine here:\n  sudo apt-get update && sudo apt-get install -y docker.io && sudo service docker start';
  }
  if (machine.isDebianLike) {
    return 'sudo apt-get update && sudo apt-get install -y docker.io iptables iproute2\n  sudo systemctl start docker    (without systemd: sudo kubewright doctor --fix)\n  sudo usermod -aG docker "$USER"    (then log in again)';
  }
  return 'Install the Docker engine with the package manager of this distribution, start it, and add your user to the group "docker".';
}

function describe(where: EngineAddress): string {
  return where.chosenBy === 'default' ? `at ${where.address}` : `at ${where.address} (from ${where.chosenBy})`;
}
