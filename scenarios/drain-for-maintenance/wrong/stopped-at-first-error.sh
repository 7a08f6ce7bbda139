#!/bin/bash
# drain refuses; the learner takes "node/w1 cordoned" for the result. Nothing has been moved.
set -euo pipefail

mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt
kubectl drain "$WORKER_1" || true
