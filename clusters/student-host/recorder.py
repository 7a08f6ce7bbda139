"""Records what the learner's terminals show, as asciicast v2, for the debrief after a drill.

    recorder.py print        every recording as one JSON line {"terminal", "on", "cast"}

Imported by holder.py; Python 3.11, standard library only. Output only, never input: what is typed without an echo stays
unseen. Best effort: a recording that can't be written ends, the shell goes on. Root of the student host can change these
files: they are shown, no check reads them.

A program that floods the terminal costs neither time nor disk: of each second 128 KiB are kept, and of each recording 24 MiB;
what is left out is counted, and its last 4 KiB are kept: written when the flood has gone quiet (holder.py) or more has room.
A little, as the prompt after the flood, has room of its own.
"""

import codecs
import json
import os
import sys
import time

SECOND_BYTES = 128 * 1024
# A flood comes in reads of 4 KiB, the size of the kernel's buffer of a pty.
LITTLE_BYTES = 1024
SECOND_OF_LITTLE_BYTES = 32 * 1024
TAIL_BYTES = 4 * 1024
TOTAL_BYTES = 24 * 1024 * 1024


def recordings_folder():
    """Beside the holder's socket; the folder is the holder's user's alone."""
    socket = os.environ.get('KUBEWRIGHT_HOLDER_SOCKET', '/run/kubewright/holder.sock')
    return os.path.join(os.path.dirname(socket), 'recordings')


class Recording:
    """One terminal, whatever shells it has had. A file is never gone on with: a holder that starts anew starts anew here."""

    def __init__(self, name, on, cols, rows):
        self.started = time.time()
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')
        self.written = 0
        self.second = 0
        self.left = SECOND_BYTES
        self.left_for_little = SECOND_OF_LITTLE_BYTES
        self.skipped = 0
        self.tail = b''
        self.tail_at = 0.0
        self.file = None
        try:
            self.file = self.create(name)
            header = {
                'version': 2,
                'width': cols,
                'height': rows,
                'timestamp': int(self.started),
                'title': on,
                'env': {'TERM': 'xterm-256color', 'SHELL': '/bin/bash'},
            }
            # Times count from the header's whole second, so that they are those of the wall clock.
            self.started = int(self.started)
            self.line(header)
        except OSError as error:
            self.end(error)

    def create(self, name):
        folder = recordings_folder()
        os.makedirs(folder, mode=0o700, exist_ok=True)
        number = 1
        while True:
            path = os.path.join(folder, f'{name}.cast' if number == 1 else f'{name}.{number}.cast')
            try:
                return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            except FileExistsError:
                number += 1

    def output(self, data):
        """Bytes that the terminal has shown just now."""
        if self.file is None:
            return
        now = time.time()
        if int(now) != self.second:
            self.second, self.left, self.left_for_little = int(now), SECOND_BYTES, SECOND_OF_LITTLE_BYTES
        if self.written > TOTAL_BYTES:
            return
        if len(data) <= self.left:
            self.left -= len(data)
        elif len(data) <= min(LITTLE_BYTES, self.left_for_little):
            self.left_for_little -= len(data)
        else:
            self.skip(data, now)
            return
        self.catch_up()
        self.event(now, 'o', self.decoder.decode(data))

    @property
    def is_behind(self):
        """Whether something that was left out is not noted yet."""
        return self.file is not None and self.skipped > 0

    def skip(self, data, now):
        self.left = 0
        self.skipped += len(data)
        self.tail = (self.tail + data)[-TAIL_BYTES:]
        self.tail_at = now

    def catch_up(self):
        """A note of what was left out, and its end."""
        if self.skipped == 0:
            return
        note = f'\r\n[{self.skipped - len(self.tail)} bytes were not recorded]\r\n'
        # What was cut in the middle of a character is no defect of the recording.
        self.event(self.tail_at, 'o', note + self.tail.decode('utf-8', 'replace'))
        self.decoder.reset()
        self.skipped, self.tail = 0, b''

    def resize(self, cols, rows):
        if self.file is not None:
            self.event(time.time(), 'r', f'{cols}x{rows}')

    def exited(self, code):
        if self.file is not None:
            self.catch_up()
            self.event(time.time(), 'm', f'the shell ended with {code}')

    def event(self, at, code, data):
        if data:
            self.line([round(at - self.started, 3), code, data])

    def line(self, value):
        data = (json.dumps(value, ensure_ascii=False) + '\n').encode('utf-8', 'replace')
        self.written += len(data)
        try:
            while data:
                data = data[os.write(self.file, data) :]
        except OSError as error:
            self.end(error)

    def end(self, error):
        print(f'recorder: {error}', file=sys.stderr, flush=True)
        if self.file is not None:
            os.close(self.file)
        self.file = None


def print_recordings():
    folder = recordings_folder()
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in names:
        if not name.endswith('.cast'):
            continue
        with open(os.path.join(folder, name), encoding='utf-8', errors='replace') as file:
            cast = file.read()
        # A last line that is just being written is left out.
        cast = cast[: cast.rfind('\n') + 1]
        try:
            on = json.loads(cast.split('\n', 1)[0])['title']
        except (ValueError, KeyError):
            continue
        print(json.dumps({'terminal': name.removesuffix('.cast'), 'on': on, 'cast': cast}))


if __name__ == '__main__':
    if sys.argv[1:] != ['print']:
        sys.exit('usage: recorder.py print')
    print_recordings()
