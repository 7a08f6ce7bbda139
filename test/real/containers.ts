import { clusterName, kindClusterLabel } from '../../engine/providers/kind/names.ts';
import { mustSucceed, systemExec } from '../../engine/system/exec.ts';

/** What docker prints. @throws KubewrightError COMMAND_FAILED with what it says when it does not end with 0 */
export async function docker(...argv: string[]): Promise<string> {
  return (await mustSucceed(systemExec, ['docker', ...argv], { timeoutMs: 300_000 })).stdout.trim();
}

/** Ids of the containers of a session's cluster: its nodes, and the load balancer where it has one. */
export async function clusterContainers(session: string): Promise<string[]> {
  const label = `label=${kindClusterLabel}=${clusterName(session)}`;
  return (await docker('ps', '--all', '--quiet', '--filter', label)).split('\n');
}

/** Names of those containers and their addresses on the session's network. */
export async function clusterAddresses(session: string): Promise<Record<string, string>> {
  const format = '{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const lines = (await docker('inspect', '--format', format, ...(await clusterContainers(session)))).split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', address = ''] = line.split(' ');
      return [name, address];
    }),
  );
}
