#!/bin/bash
# The machine is known to be off: the taint says so to the cluster, which then no longer waits for it.
set -euo pipefail

# The lost member stays Terminating: only its own kubelet could confirm that it has ended. Until then no second one of
# its name is started.
kubectl -n shop get pods -o wide

# The taint is a promise that the machine is off. Given for one that only is silent, it would let two of the same name
# run: so the data centre's word comes first, and the cluster must not hear from the machine either.
kubectl wait node "$WORKER_2" --for=condition=Ready=Unknown --timeout=60s
kubectl taint nodes "$WORKER_2" node.kubernetes.io/out-of-service=nodeshutdown:NoExecute

# The cluster gives up the lost pods by itself. The member that is left has to serve, so nothing else is deleted.
kubectl -n shop wait --for=delete pod --field-selector "spec.nodeName=$WORKER_2" --timeout=120s
kubectl -n shop rollout status statefulset/ledger --timeout=120s

# Left there, the taint would keep every pod off a new machine of this name.
kubectl taint nodes "$WORKER_2" node.kubernetes.io/out-of-service-
