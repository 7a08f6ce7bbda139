#!/bin/bash
# Teaches kubectl not to look. The server still looks at the client.
set -euo pipefail

kubectl config set clusters.kubernetes.insecure-skip-tls-verify true
kubectl config unset clusters.kubernetes.certificate-authority-data
kubectl get nodes || true
# Until then the leases of the two are those of the time before their restart.
sleep 15
