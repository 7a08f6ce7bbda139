#!/bin/bash
# Give up what fills the database, then its old revisions, then the space in the file, and only then take back the alarm.
set -euo pipefail

# The refusal names its reason: etcd has no space left.
kubectl -n shop scale deployment web --replicas=5 || true

# Look before anything is deleted: how full the database is, which alarm is raised, and whose objects fill it.
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask endpoint status --write-out=table
ask alarm list
# What fills it, by namespace.
ask get /registry/configmaps/ --prefix --keys-only | grep . | cut -d / -f 4 | sort | uniq -c
EOF

# Deletions still pass. Only the reports may be given up: other ConfigMaps are the settings of the cluster itself.
kubectl -n crash-reports delete configmaps --all

# The order matters. Deleted objects live on as old revisions until they are compacted, the file does not shrink until
# it is defragmented, and an alarm that is taken back before that is raised again.
ssh "$CONTROL_PLANE" sudo bash -euo pipefail -s <<'EOF'
ask() { etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key "$@"; }
ask compact "$(ask endpoint status --write-out=json | jq '.[0].Status.header.revision')"
ask defrag
ask alarm disarm
ask endpoint status --write-out=table
EOF

# The first order was refused, not kept: it has to be given again.
kubectl -n shop scale deployment web --replicas=5
kubectl -n shop rollout status deployment/web --timeout=120s
