#!/bin/bash
# Two errors one behind the other: first the journal of systemd, then that of the kubelet.
set -euo pipefail

# kubectl knows only that the kubelet is silent. systemd knows why, and shows the unit with its drop-ins: of several
# ExecStart= the last one counts.
ssh "$WORKER_1" 'systemctl status kubelet --no-pager || true; systemctl cat kubelet | grep ExecStart='

# The drop-in starts a program that no package brings. Without it the packaged kubelet starts, and the next upgrade
# reaches what runs. systemd takes no notice of a changed file before daemon-reload.
ssh "$WORKER_1" sudo rm /etc/systemd/system/kubelet.service.d/20-hardening.conf
ssh "$WORKER_1" 'sudo systemctl daemon-reload && sudo systemctl restart kubelet'

# The kubelet starts now, and comes to its next error: the first one had hidden it. So read again before you change
# more.
ssh "$WORKER_1" 'timeout 60 bash -c "until sudo journalctl -u kubelet -n 20 --no-pager | grep \"unable to load client CA\"; do sleep 1; done"'

# The CA is that of the other node, looked up and not guessed. With the setting taken out the node would be Ready as
# well, and turn the API server away.
ca=$(ssh "$CONTROL_PLANE" sudo cat /var/lib/kubelet/config.yaml | sed -n 's/^ *clientCAFile: //p')
ssh "$WORKER_1" "sudo sed -i 's#clientCAFile: .*#clientCAFile: $ca#' /var/lib/kubelet/config.yaml"
ssh "$WORKER_1" sudo systemctl restart kubelet

# Two errors are gone; that there is no third one is shown by the node.
kubectl wait node "$WORKER_1" --for=condition=Ready --timeout=120s
