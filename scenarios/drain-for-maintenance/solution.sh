#!/bin/bash
# Save what is only in the bare pod, drain, wait for the hardware team, put the node back.
set -euo pipefail

# A pod without a controller is not started again anywhere: what is only in it has to be saved before it goes.
mkdir -p /opt/rescue
kubectl -n shop exec legacy-batch -- cat /work/result.txt > /opt/rescue/result.txt

# A drain evicts, and an eviction respects the budgets. --force is for the bare pod: it gets around no budget.
kubectl drain "$WORKER_1" --ignore-daemonsets --delete-emptydir-data --force --timeout=180s

# The others work on the node now. Put back too early, it would get pods again, and they would go down with the disk.
timeout 120 bash -c 'until [ -e /opt/hw-done ]; do sleep 1; done'

# Nobody else does this: a node stays cordoned until somebody takes that back.
kubectl uncordon "$WORKER_1"
