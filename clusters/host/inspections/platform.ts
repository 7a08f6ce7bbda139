import { byHand, fine } from '../findings.ts';
import type { Inspection, InspectionContext } from '../inspection.ts';

const id = 'platform';
const title = 'Platform';

/** Says plainly what was tested. */
export const inspectPlatform: Inspection = async (context) => {
  const { machine } = context;
  const found = `${machine.distribution.name || machine.platform}, ${machine.arch}${machine.isWsl ? ', WSL2' : ''}`;
  const notes = untested(context);
  if (notes.length === 0) return fine({ id, title, found, meaning: 'The platform kubewright is tested on.' });
  return byHand('warning', {
    id,
    title,
    found,
    meaning: `Not tested; tested is Debian 12 on amd64. ${notes.map(({ meaning }) => meaning).join(' ')}`,
    remedy: notes.map(({ remedy }) => remedy).join('\n'),
  });
};

function untested({ engine, machine }: InspectionContext): readonly { meaning: string; remedy: string }[] {
  const notes: { meaning: string; remedy: string }[] = [];
  if (machine.platform !== 'linux' || (engine.state === 'answers' && engine.isDesktop)) {
    notes.push({
      meaning:
        'The engine runs in a virtual machine: node addresses are not reachable from here, and limits are that machine’s.',
      remedy: 'Give the virtual machine at least 6 GiB of memory and 30 GiB of disk.',
    });
  }
  if (machine.isWsl) {
    notes.push({
      meaning: 'WSL2 needs its Linux kernel up to date for cgroups and conntrack.',
      remedy: 'Run "wsl --update", keep the checkout inside the Linux file system, and set memory=6GB in .wslconfig.',
    });
  }
  if (machine.arch !== 'x64') {
    notes.push({
      meaning: 'Images for this processor have to be pulled or built here; emulation is too slow for a cluster.',
      remedy: 'Run "kubewright images build" and check the versions it prints.',
    });
  }
  if (
    machine.platform === 'linux' &&
    !(machine.distribution.id === 'debian' && machine.distribution.version === '12')
  ) {
    notes.push({
      meaning: 'Packages and the way services are started may differ on this distribution.',
      remedy: 'Install a Docker engine as your distribution does; kubewright asks for nothing else of the host.',
    });
  }
  return notes;
}
