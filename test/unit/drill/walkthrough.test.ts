import { expect, it } from 'vitest';
import { walkthroughOf } from '../../../engine/drill/walkthrough.ts';

const script = `#!/bin/bash
# Look, then mend:
# one after the other.
set -euo pipefail

kubectl get node "$WORKER_1"
ssh "$WORKER_1" sudo true

# The unit must start at boot, too.
ssh \${WORKER_1} sudo bash -s <<'EOF'
systemctl enable kubelet
# a comment of the inner script

systemctl start kubelet
EOF
export WORKER_1
timeout 60 bash -c '
  until true; do sleep 1; done

  echo "$OTHER"'
`;

it('a procedure is told step by step, with its reasons and with the names of this session', () => {
  expect(walkthroughOf(script, { WORKER_1: 'w1' })).toEqual({
    intro: 'Look, then mend: one after the other.',
    steps: [
      { why: '', commands: 'kubectl get node "w1"\nssh "w1" sudo true' },
      {
        why: 'The unit must start at boot, too.',
        commands:
          "ssh w1 sudo bash -s <<'EOF'\nsystemctl enable kubelet\n# a comment of the inner script\n\nsystemctl start kubelet\nEOF",
      },
      { why: '', commands: `timeout 60 bash -c '\n  until true; do sleep 1; done\n\n  echo "$OTHER"'` },
    ],
  });
});

it('what is fed to a command stays whole: from its first line, with an odd quote, also the second of a step', () => {
  const one = "ssh w1 sudo bash -s <<'ON_THE_NODE'\nset -euo pipefail\n\n# a comment of it\necho don\\'t\nON_THE_NODE";
  const other = 'cat > file <<EOF\nset -u\n\nEOF';
  expect(walkthroughOf(`# Why.\n${one}\n${other}\n\n# Then.\ngrep x <<< "$a"\n\ntrue\n`, {})).toEqual({
    intro: '',
    steps: [
      { why: 'Why.', commands: `${one}\n${other}` },
      { why: 'Then.', commands: 'grep x <<< "$a"' },
      { why: '', commands: 'true' },
    ],
  });
});

it('a procedure without a word of reason is told, too', () => {
  expect(walkthroughOf('kubectl get nodes\n', {})).toEqual({
    intro: '',
    steps: [{ why: '', commands: 'kubectl get nodes' }],
  });
});
