interface TaintedNode {
  readonly spec: { readonly taints?: readonly { readonly key: string }[] };
}

/**
 * What still keeps pods off a node, by key: taints that the control plane puts on and takes off by itself, such as
 * node.kubernetes.io/not-ready. They stay for up to 5 s after the node has become Ready (--node-monitor-period of
 * kube-controller-manager; pkg/controller/nodelifecycle).
 */
export function conditionTaints({ spec }: TaintedNode): string[] {
  return (spec.taints ?? []).flatMap(({ key }) => (key.startsWith('node.kubernetes.io/') ? [key] : []));
}
