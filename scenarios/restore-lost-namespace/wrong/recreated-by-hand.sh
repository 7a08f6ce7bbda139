#!/bin/bash
# Makes the namespace and a Deployment of the same name anew: it looks alike and is neither the data nor the state.
set -euo pipefail

kubectl create namespace shop
kubectl -n shop create deployment web --image=kubewright.local/app:1 --replicas=2
kubectl -n shop rollout status deployment/web --timeout=120s
