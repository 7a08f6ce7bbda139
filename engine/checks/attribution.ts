import { type Act, identities } from '../domain/timeline.ts';

/**
 * Whose act it was, by the identity and the user agent in the audit trail.
 *
 * The learner is cluster-admin and root on every node, so every credential of the cluster is within reach: what counts
 * is not the name alone. A component's credential in the hands of kubectl is the learner's act, and so are every
 * impersonation, kubernetes-admin, bootstrap tokens and ServiceAccounts that are not the cluster's own.
 * A user agent is whatever the client says it is and can be forged; this tells honest work and shortcuts apart and is
 * not proof against someone who hides on purpose. Nothing is claimed to be tamper-proof.
 */
export function isLearnersAct(act: Act): boolean {
  if (ours.has(act.user) || isColleaguesDrain(act)) return false;
  if (act.impersonated !== undefined && act.impersonated !== '') return true;
  return !isComponent(act);
}

/** The name to show for who did it. */
export function actor(act: Act): string {
  const tool = act.userAgent.split(/[\s/]/)[0] ?? '';
  const as = act.impersonated === undefined || act.impersonated === '' ? '' : ` as ${act.impersonated}`;
  return `${act.user}${as}${tool === '' ? '' : ` with ${tool}`}`;
}

const ours: ReadonlySet<string> = new Set([identities.engine, identities.witness]);

/**
 * A fault acts in a colleague's name, and all it does is drain: it cordons and evicts. Their kubeconfig is on the
 * student host, where the learner is root: anything else done with it is the learner's.
 */
function isColleaguesDrain(act: Act): boolean {
  if (act.user !== identities.ops || (act.impersonated ?? '') !== '') return false;
  return (act.resource === 'nodes' && act.verb === 'patch') || act.subresource === 'eviction';
}

/** client-go names itself after the program's file (rest.DefaultKubernetesUserAgent): "kubelet/v1.34.4 (linux/amd64) …". */
const componentAgents: Readonly<Record<string, string>> = {
  'system:kube-controller-manager': 'kube-controller-manager',
  'system:kube-scheduler': 'kube-scheduler',
  'system:apiserver': 'kube-apiserver',
  'system:kube-proxy': 'kube-proxy',
};

/** kind's storage provisioner makes and deletes helper pods in a namespace of its own. */
const storageProvisioner = 'system:serviceaccount:local-path-storage:local-path-provisioner-service-account';

/** What people call the API with; the cluster's own programs name themselves otherwise. */
const handTools = /^(kubectl|kubeadm|curl|wget|python|node|k9s|helm|oc|httpie|perl|ruby|crictl|etcdctl)\b/i;

function isComponent(act: Act): boolean {
  if (act.user.startsWith('system:node:')) return act.userAgent.startsWith('kubelet/');
  const program = componentAgents[act.user];
  if (program !== undefined) return act.userAgent.startsWith(`${program}/`);
  if (act.user.startsWith('system:serviceaccount:kube-system:') || act.user === storageProvisioner) {
    return act.userAgent !== '' && !handTools.test(act.userAgent);
  }
  return false;
}
