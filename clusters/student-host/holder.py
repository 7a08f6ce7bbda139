"""Holds the learner's shells, so that a shell outlives every connection to it.

    holder.py serve                                    PID 1 of the student host
    holder.py attach ID ON COLS ROWS FROM_OFFSET [WRITER TYPED]    one connection; frames on stdin and stdout
    holder.py list                                     the terminals there are, as JSON

Python 3.11, standard library only. The bytes of a shell are kept and handed on raw (a multiplexer such as tmux would redraw
them), numbered from 0 by a 64-bit offset that only grows, also from one shell to the next of the same terminal.

Flow control. The ring keeps the last 256 KiB. Output that the client attached last has not acknowledged is never dropped:
when the ring is full of it, the holder stops reading the pty, so the program blocks in its write, and goes on below 32 KiB. That
holds while nobody is attached, too: the program waits for the next client.
Input flows by credit: a client keeps at most 64 KiB of input under way and hears (CONSUMED) what reached the pty. Holding back
the socket instead would hold back the acknowledgements behind that input as well, and a large paste into a program that
echoes it would then block for ever. The socket is held back only for a client that overruns its credit.
Input of a writer (a page, over all of its connections) is numbered from 0 as well: the hello says how much of it came here,
so that a writer whose connection was cut sends exactly the rest again, and nothing is typed twice or lost on the way.

Frames, both ways: type (1 byte), length of the payload (4 bytes, big-endian), payload of at most 64 KiB. The same table in
TypeScript: engine/providers/kind/terminal-frames.ts. All numbers are unsigned and big-endian.
"""

import errno
import fcntl
import json
import os
import pwd
import re
import selectors
import signal
import socket
import struct
import sys
import termios
import threading
import time

# client to holder
ATTACH = 1  # JSON {id, on, cols, rows, from, and for a writer: writer, typed}; first frame, sent by the attach subcommand
INPUT = 2  # bytes for the pty
RESIZE = 3  # u16 columns, u16 rows
ACK = 4  # u64: everything below this offset has been shown
DETACH = 5  # empty; the client then ends its side
LIST = 6  # empty; first frame, sent by the list subcommand
# holder to client
HELLO = 16  # u64 start, u64 live, u64 typed: see Terminal in engine/providers/provider.ts
OUTPUT = 17  # u64 offset of the first byte, bytes
CONSUMED = 18  # u64: bytes of this connection's input that reached the pty, told every 16 KiB
EXIT = 19  # u32: exit code of the shell, 128 + n when signal n ended it
TAKEN = 20  # empty: another client attached to this terminal
ERROR = 21  # UTF-8 text; the connection ends
LISTING = 22  # JSON [{id, on, pid, alive, bytes}]

HEADER = struct.Struct('>BI')
U64 = struct.Struct('>Q')
FRAME_LIMIT = 64 * 1024

RING_BYTES = 256 * 1024
RESUME_BELOW = 32 * 1024
OUTPUT_CHUNK = 32 * 1024
INPUT_CREDIT = 64 * 1024
INPUT_TOLD_EVERY = 16 * 1024
# Input left behind by clients that were taken over while the program did not read.
INPUT_LIMIT = 1024 * 1024
TERMINAL_LIMIT = 64
# Writers whose input is remembered for each terminal; the one that was here longest ago is forgotten first.
WRITER_LIMIT = 32
COLS = (2, 500)
ROWS = (2, 200)

ID = re.compile(r'[a-z0-9-]{1,32}')
WRITER = re.compile(r'[a-z0-9]{8,32}')
# A host name that can't be taken for an option.
MACHINE = re.compile(r'[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?')

# A background job may keep the terminal open after its shell: this long without output counts as the end of the output.
QUIET_AFTER_EXIT_S = 0.2
# Then the recording is told the end of what it left out.
QUIET_AFTER_FLOOD_S = 0.2
# Time a client has for reading the last frames and ending its side.
FAREWELL_S = 5.0
END_SHELLS_WITHIN_S = 2.0
CONNECT_WITHIN_S = 5.0

# termios has no name for it before Python 3.13: erase whole UTF-8 characters in cooked mode.
IUTF8 = 0o40000

# The shell's environment comes from here and its login files, never from the holder's own environment.
LOGIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'


def socket_path():
    """Where the holder listens; tests set KUBEWRIGHT_HOLDER_SOCKET."""
    return os.environ.get('KUBEWRIGHT_HOLDER_SOCKET', '/run/kubewright/holder.sock')


def learner():
    """Whose shells these are: "student" when the holder is root, else the current user. Tests set KUBEWRIGHT_HOLDER_USER and _HOME."""
    if os.geteuid() == 0:
        entry = pwd.getpwnam(os.environ.get('KUBEWRIGHT_HOLDER_USER', 'student'))
    else:
        entry = pwd.getpwuid(os.geteuid())
    return entry, os.environ.get('KUBEWRIGHT_HOLDER_HOME', entry.pw_dir)


def frame(kind, payload=b''):
    return HEADER.pack(kind, len(payload)) + payload


def clamp(value, bounds):
    return max(bounds[0], min(bounds[1], value))


class Refused(Exception):
    """The client asked for something it may not have; its text is for the client."""


class Terminal:
    """One shell at a time behind one id, its ring, and the client attached to it, if any."""

    def __init__(self, holder, name, on):
        self.holder = holder
        self.name = name
        self.on = on
        self.pid = None
        self.master = None
        self.slave = None
        self.client = None
        self.ring = bytearray()
        self.produced = 0
        self.acknowledged = 0
        self.paused = False
        self.input = bytearray()
        self.writers = {}  # bytes of input that came from each, the latest writer last
        self.exit_code = None
        self.shown_at = 0.0
        self.quiet_at = 0.0
        self.events = 0
        self.recording = None

    @property
    def alive(self):
        return self.pid is not None

    @property
    def ring_start(self):
        return self.produced - len(self.ring)

    def output_from(self, offset, most):
        begin = offset - self.ring_start
        return bytes(self.ring[begin : begin + most])

    # --- the shell

    def start(self, cols, rows):
        entry, home = learner()
        master, slave = os.openpty()
        try:
            attributes = termios.tcgetattr(slave)
            attributes[0] |= IUTF8
            termios.tcsetattr(slave, termios.TCSANOW, attributes)
            if os.geteuid() == 0:
                os.fchown(slave, entry.pw_uid, -1)
            fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))
            os.set_blocking(master, False)
            pid = os.fork()
        except OSError:
            os.close(master)
            os.close(slave)
            raise
        if pid == 0:
            become_shell(slave, entry, home, self.on)
        # The slave stays open here, so that a shell that closes its own descriptors doesn't look like one that ended.
        self.pid, self.master, self.slave = pid, master, slave
        self.exit_code = None
        self.input.clear()
        if self.recording is None:
            self.recording = self.holder.record(self.name, self.on, cols, rows)
        self.listen()

    def resize(self, cols, rows):
        if self.master is not None:
            size = struct.pack('HHHH', clamp(rows, ROWS), clamp(cols, COLS), 0, 0)
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
            self.recording.resize(clamp(cols, COLS), clamp(rows, ROWS))

    def exited(self, code):
        """The shell was reaped. What it left in the pty is still to be read; the kernel bounds it."""
        self.pid = None
        self.exit_code = code
        self.quiet_at = time.monotonic() + QUIET_AFTER_EXIT_S
        self.input.clear()
        os.close(self.slave)
        self.slave = None
        self.read_output()
        self.recording.exited(code)

    def finish(self):
        """All output of the ended shell has been read."""
        self.unlisten()
        os.close(self.master)
        self.master = None
        if self.client is not None:
            self.client.shell_ended(self.exit_code)
            self.client = None

    # --- events of the pty

    def listen(self):
        wanted = 0
        if self.master is not None:
            # A pty whose other side is gone reports so for ever: it is watched only while it may be read.
            wanted |= 0 if self.paused else selectors.EVENT_READ
            wanted |= selectors.EVENT_WRITE if self.input else 0
        if wanted == self.events:
            return
        if self.events == 0:
            self.holder.selector.register(self.master, wanted, self.on_event)
        elif wanted == 0:
            self.holder.selector.unregister(self.master)
        else:
            self.holder.selector.modify(self.master, wanted, self.on_event)
        self.events = wanted

    def unlisten(self):
        if self.events != 0:
            self.holder.selector.unregister(self.master)
            self.events = 0

    def on_event(self, mask):
        if mask & selectors.EVENT_WRITE:
            self.write_input()
        if mask & selectors.EVENT_READ and self.master is not None:
            self.read_output()

    def read_output(self):
        ended = False
        budget = FRAME_LIMIT
        while budget > 0:
            # After the exit the little that is left is read at once, whatever was acknowledged.
            room = budget if not self.alive else min(budget, RING_BYTES - (self.produced - self.acknowledged))
            if room <= 0:
                break
            try:
                data = os.read(self.master, room)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b''
            if not data:
                ended = True
                break
            budget -= len(data)
            self.produced += len(data)
            self.ring += data
            self.recording.output(data)
            self.shown_at = time.monotonic()
            self.quiet_at = self.shown_at + QUIET_AFTER_EXIT_S
        excess = len(self.ring) - max(RING_BYTES, self.produced - self.acknowledged)
        if excess > 0:
            del self.ring[:excess]
        self.hold_back()
        if self.client is not None:
            self.client.pump()
        if ended and not self.alive:
            self.finish()

    def hold_back(self):
        """Pauses or resumes reading of the pty by what is unacknowledged."""
        waiting = self.produced - self.acknowledged
        if not self.alive:
            self.paused = False
        elif waiting >= RING_BYTES:
            self.paused = True
        elif waiting < RESUME_BELOW:
            self.paused = False
        self.listen()

    def acknowledge(self, offset):
        self.acknowledged = max(self.acknowledged, offset)
        self.hold_back()

    def queue_input(self, data):
        if not self.alive:
            return
        if len(self.input) + len(data) > INPUT_LIMIT:
            raise Refused('the program in this terminal does not read its input')
        self.input += data
        self.write_input()

    def write_input(self):
        while self.input and self.master is not None:
            try:
                written = os.write(self.master, self.input[:FRAME_LIMIT])
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                # The other side is gone; the exit of the shell is about to be seen.
                self.input.clear()
                break
            del self.input[:written]
        if self.client is not None:
            self.client.input_moved(len(self.input))
        self.listen()

    # --- clients

    def attach(self, client, request):
        cols, rows, wanted = request['cols'], request['rows'], request['from']
        if self.client is not None:
            former, self.client = self.client, None
            former.taken()
        # An offset that was never produced belongs to a holder that ran before this one: then everything is new.
        start = wanted if self.ring_start <= wanted <= self.produced else self.ring_start
        live = self.produced
        if self.master is None:
            self.start(clamp(cols, COLS), clamp(rows, ROWS))
        else:
            self.resize(cols, rows)
        self.client = client
        self.acknowledged = start
        # A pause belongs to the client before; this one has a window of its own.
        self.paused = False
        # After the former client was closed: what of its input is still on the way is not taken any more.
        typed = self.admit_writer(request['writer'], request['typed']) if 'writer' in request else 0
        client.welcome(self, start, live, request.get('writer'), typed)
        self.hold_back()
        client.pump()

    def admit_writer(self, writer, claimed):
        """Bytes of its input that came here. One that is not known is believed: nothing of it can be on its way."""
        typed = self.writers.pop(writer, claimed)
        self.writers[writer] = typed
        while len(self.writers) > WRITER_LIMIT:
            del self.writers[next(iter(self.writers))]
        return typed


def become_shell(slave, entry, home, on):
    """The child's side of the fork; does not return."""
    try:
        signal.set_wakeup_fd(-1)
        # exec resets handlers but keeps what is ignored, and Python ignores SIGPIPE.
        for number in (
            signal.SIGHUP,
            signal.SIGINT,
            signal.SIGQUIT,
            signal.SIGPIPE,
            signal.SIGTERM,
            signal.SIGCHLD,
            signal.SIGTSTP,
            signal.SIGTTIN,
            signal.SIGTTOU,
            signal.SIGXFSZ,
        ):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
        if os.geteuid() == 0:
            os.initgroups(entry.pw_name, entry.pw_gid)
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
        os.umask(0o022)
        os.chdir(home)
        environment = {
            'HOME': home,
            'USER': entry.pw_name,
            'LOGNAME': entry.pw_name,
            'SHELL': '/bin/bash',
            'PATH': LOGIN_PATH,
            'TERM': 'xterm-256color',
            'LANG': 'C.UTF-8',
        }
        # The node's name is an argument of the script, never part of its text.
        argv = ['bash', '-l'] if on == 'student' else ['bash', '-l', '-c', 'exec ssh -t -- "$1"', 'bash', on]
        os.execve('/bin/bash', argv, environment)
    except BaseException as error:
        os.write(2, f'kubewright: the shell could not be started: {error}\r\n'.encode())
    finally:
        os._exit(127)


class Connection:
    """One client on the socket: takes its frames apart, and sends it what its terminal has produced."""

    def __init__(self, holder, sock):
        self.holder = holder
        self.sock = sock
        self.terminal = None
        self.writer = None
        self.inbox = bytearray()
        self.outbox = bytearray()
        self.sent = 0
        self.received = 0
        self.consumed = 0
        self.told = 0
        self.closing = False  # nothing more is taken from the client; the rest is being sent, or has been
        self.closed = False
        self.close_at = None
        self.events = selectors.EVENT_READ
        holder.selector.register(sock, self.events, self.on_event)

    def on_event(self, mask):
        try:
            if mask & selectors.EVENT_READ:
                self.receive()
            if mask & selectors.EVENT_WRITE and not self.closed:
                self.pump()
        except Refused as refusal:
            self.refuse(str(refusal))

    def receive(self):
        try:
            data = self.sock.recv(FRAME_LIMIT)
        except BlockingIOError:
            return
        except OSError:
            data = b''
        if not data:
            self.close()
            return
        if self.closing:
            return
        self.inbox += data
        while not self.closing and len(self.inbox) >= HEADER.size:
            kind, length = HEADER.unpack_from(self.inbox)
            if length > FRAME_LIMIT:
                raise Refused(f'a frame of {length} bytes is longer than {FRAME_LIMIT}')
            if len(self.inbox) < HEADER.size + length:
                break
            payload = bytes(self.inbox[HEADER.size : HEADER.size + length])
            del self.inbox[: HEADER.size + length]
            self.handle(kind, payload)
        self.listen()

    def handle(self, kind, payload):
        if self.terminal is None:
            if kind == ATTACH:
                self.holder.attach(self, payload)
            elif kind == LIST and not payload:
                self.outbox += frame(LISTING, json.dumps(self.holder.listing()).encode())
                self.end()
            else:
                raise Refused(f'frame {kind} of {len(payload)} bytes before any attach')
        elif kind == INPUT:
            self.received += len(payload)
            self.terminal.queue_input(payload)
            if self.writer in self.terminal.writers:
                self.terminal.writers[self.writer] += len(payload)
        elif kind == RESIZE and len(payload) == 4:
            self.terminal.resize(*struct.unpack('>HH', payload))
        elif kind == ACK and len(payload) == U64.size:
            (offset,) = U64.unpack(payload)
            if offset > self.sent:
                raise Refused(f'offset {offset} was acknowledged but only {self.sent} was sent')
            self.terminal.acknowledge(offset)
        elif kind == DETACH and not payload:
            self.detach()
            self.end()
        else:
            raise Refused(f'frame {kind} of {len(payload)} bytes is none that a client sends')

    def listen(self):
        if self.closed:
            return
        overrun = self.received - self.consumed > INPUT_CREDIT and self.terminal is not None
        wanted = 0 if overrun else selectors.EVENT_READ
        wanted |= selectors.EVENT_WRITE if self.outbox else 0
        if wanted == self.events:
            return
        if self.events == 0:
            self.holder.selector.register(self.sock, wanted, self.on_event)
        elif wanted == 0:
            self.holder.selector.unregister(self.sock)
        else:
            self.holder.selector.modify(self.sock, wanted, self.on_event)
        self.events = wanted

    # --- called by the terminal

    def welcome(self, terminal, start, live, writer, typed):
        self.terminal = terminal
        self.writer = writer
        self.sent = start
        self.outbox += frame(HELLO, U64.pack(start) + U64.pack(live) + U64.pack(typed))

    def pump(self):
        """Sends as much as the socket takes. Output is taken from the ring only then, so a slow client costs no memory."""
        if self.closed:
            return
        try:
            while True:
                if self.terminal is not None and len(self.outbox) < OUTPUT_CHUNK:
                    self.take_output(OUTPUT_CHUNK)
                if not self.outbox:
                    break
                del self.outbox[: self.sock.send(self.outbox)]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if self.closing and not self.outbox:
            self.say_goodbye()
        self.listen()

    def take_output(self, most):
        data = self.terminal.output_from(self.sent, most)
        if data:
            self.outbox += frame(OUTPUT, U64.pack(self.sent) + data)
            self.sent += len(data)
        return len(data)

    def input_moved(self, left):
        # Input of a client before this one stands in front, so this is at most what was consumed of ours.
        self.consumed = max(self.consumed, self.received - left)
        if self.consumed - self.told >= INPUT_TOLD_EVERY:
            self.told = self.consumed
            self.outbox += frame(CONSUMED, U64.pack(self.consumed))
            self.pump()
        self.listen()

    def shell_ended(self, code):
        while self.take_output(OUTPUT_CHUNK) > 0:
            pass
        self.outbox += frame(EXIT, struct.pack('>I', code))
        self.end()

    def taken(self):
        self.outbox += frame(TAKEN)
        self.close_at = time.monotonic() + FAREWELL_S
        self.end()

    # --- endings

    def refuse(self, text):
        self.detach()
        self.outbox += frame(ERROR, text.encode())
        self.close_at = time.monotonic() + FAREWELL_S
        self.end()

    def detach(self):
        if self.terminal is not None and self.terminal.client is self:
            self.terminal.client = None
        self.terminal = None

    def end(self):
        """Ends this side when everything has been sent, and closes when the client has ended its side, or after a while."""
        self.terminal = None
        self.closing = True
        self.pump()

    def say_goodbye(self):
        # Not a close: an acknowledgement that is just coming would then break the connection under the last frames, and
        # the client would never hear the exit code.
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close()
            return
        if self.close_at is None:
            self.close_at = time.monotonic() + FAREWELL_S

    def close(self):
        if self.closed:
            return
        self.detach()
        self.closing = self.closed = True
        if self.events != 0:
            self.holder.selector.unregister(self.sock)
            self.events = 0
        self.sock.close()
        self.holder.connections.discard(self)


class Holder:
    def __init__(self, path, record):
        self.record = record
        self.selector = selectors.DefaultSelector()
        self.terminals = {}
        self.connections = set()
        self.ending = False
        self.path = path
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)
        if os.path.exists(path):
            os.unlink(path)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(path)
        os.chmod(path, 0o600)
        self.server.listen(64)
        self.server.setblocking(False)
        self.selector.register(self.server, selectors.EVENT_READ, self.accept)
        self.wakeup, wakeup_write = socket.socketpair()
        self.wakeup.setblocking(False)
        wakeup_write.setblocking(False)
        self.wakeup_write = wakeup_write
        signal.set_wakeup_fd(wakeup_write.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.end)
        self.selector.register(self.wakeup, selectors.EVENT_READ, self.on_signal)

    def end(self, *_):
        self.ending = True

    def accept(self, _mask):
        try:
            sock, _ = self.server.accept()
        except OSError:
            return
        sock.setblocking(False)
        self.connections.add(Connection(self, sock))

    def on_signal(self, _mask):
        self.wakeup.recv(4096)
        self.reap()

    def reap(self):
        """Collects every ended child: shells, and as PID 1 also whatever lost its parent."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            for terminal in self.terminals.values():
                if terminal.pid == pid:
                    terminal.exited(code if code >= 0 else 128 - code)

    def attach(self, client, payload):
        request = attach_request(payload)
        terminal = self.terminals.get(request['id'])
        if terminal is None:
            if len(self.terminals) >= TERMINAL_LIMIT:
                raise Refused(f'there are {TERMINAL_LIMIT} terminals already')
            terminal = Terminal(self, request['id'], request['on'])
        if terminal.on != request['on']:
            raise Refused(f'terminal {terminal.name} is on {terminal.on}')
        try:
            terminal.attach(client, request)
        except (OSError, KeyError) as error:
            raise Refused(f'the shell could not be started: {error}') from error
        self.terminals[terminal.name] = terminal

    def listing(self):
        return [
            {'id': t.name, 'on': t.on, 'pid': t.pid, 'alive': t.alive, 'bytes': t.produced} for t in self.terminals.values()
        ]

    def run(self):
        while not self.ending:
            for key, mask in self.selector.select(self.next_look()):
                # An earlier event of this round may have closed what this one is about.
                if self.selector.get_map().get(key.fd) is not key:
                    continue
                try:
                    key.data(mask)
                except Exception as error:  # a defect met by one client must not end everybody's shells
                    print(f'holder: {type(error).__name__}: {error}', file=sys.stderr, flush=True)
                    if isinstance(getattr(key.data, '__self__', None), Connection):
                        key.data.__self__.close()
            self.look_after()
        self.end_shells()

    def next_look(self):
        """Seconds until something may be due without an event; None when nothing is."""
        if any(t.master is not None and not t.alive for t in self.terminals.values()):
            return QUIET_AFTER_EXIT_S / 4
        if any(t.recording.is_behind for t in self.terminals.values()):
            return QUIET_AFTER_FLOOD_S / 4
        if any(t.input for t in self.terminals.values()):
            return 0.1
        if any(c.close_at is not None for c in self.connections):
            return FAREWELL_S / 5
        return None

    def look_after(self):
        now = time.monotonic()
        for terminal in self.terminals.values():
            if terminal.input:
                terminal.write_input()
            if terminal.master is not None and not terminal.alive and now >= terminal.quiet_at:
                terminal.finish()
            if terminal.recording.is_behind and now >= terminal.shown_at + QUIET_AFTER_FLOOD_S:
                terminal.recording.catch_up()
        for connection in list(self.connections):
            if connection.close_at is not None and now >= connection.close_at:
                connection.close()

    def end_shells(self):
        """As when a terminal window closes: a hang-up to all of them, and a kill to what is left after two seconds."""
        self.server.close()
        # Again and again: one that comes between a shell's fork and exec reaches neither of the two programs.
        self.until_ended(END_SHELLS_WITHIN_S, hang_up)
        self.until_ended(END_SHELLS_WITHIN_S, lambda terminal: os.kill(terminal.pid, signal.SIGKILL))
        os.unlink(self.path)

    def until_ended(self, within, act):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            self.reap()
            shells = [t for t in self.terminals.values() if t.alive]
            if not shells:
                return
            for terminal in shells:
                act(terminal)
            time.sleep(0.05)


def hang_up(terminal):
    """Tells the shell and the program in its foreground, stopped or not."""
    groups = {terminal.pid}
    try:
        groups.add(os.tcgetpgrp(terminal.master))
    except OSError:
        pass  # no foreground group
    # 0 stands for "none" in what the kernel answers, and for the holder's own group in killpg.
    groups.discard(0)
    for group in groups:
        for number in (signal.SIGHUP, signal.SIGCONT):
            try:
                os.killpg(group, number)
            except OSError:
                pass  # ended, or not yet a group: its end is insisted on later


def attach_request(payload):
    """The payload of ATTACH, checked. Raises Refused."""
    try:
        request = json.loads(payload)
    except ValueError as error:
        raise Refused('the attach request is not JSON') from error
    if not isinstance(request, dict) or set(request) - {'writer', 'typed'} != {'id', 'on', 'cols', 'rows', 'from'}:
        raise Refused('an attach request has id, on, cols, rows and from, and may have writer and typed')
    if ('writer' in request) != ('typed' in request):
        raise Refused('writer and typed belong together')
    if not isinstance(request['id'], str) or ID.fullmatch(request['id']) is None:
        raise Refused('a terminal id is 1 to 32 of a-z, 0-9 and "-"')
    if not isinstance(request['on'], str) or MACHINE.fullmatch(request['on']) is None:
        raise Refused('a terminal is on "student" or on a node')
    if 'writer' in request and (not isinstance(request['writer'], str) or WRITER.fullmatch(request['writer']) is None):
        raise Refused('a writer is 8 to 32 of a-z and 0-9')
    for key in ('cols', 'rows', 'from', *(['typed'] if 'typed' in request else [])):
        if type(request[key]) is not int or not 0 <= request[key] < 2**63:
            raise Refused(f'"{key}" must be a whole number that is not negative')
    return request


# --- clients


def connect():
    """The holder's socket; waits a moment for a holder that is just starting."""
    deadline = time.monotonic() + CONNECT_WITHIN_S
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(socket_path())
            return sock
        except OSError:
            sock.close()
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.05)


def write_all(data):
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def pump_input(sock):
    """stdin to the socket. The end of stdin is the end of this connection, not of the shell."""
    while data := os.read(0, FRAME_LIMIT):
        try:
            sock.sendall(data)
        except OSError:
            pass  # the holder is done; its last frames are on their way through the other direction
    os._exit(0)


def attach(argv):
    try:
        name, on, cols, rows, wanted, *writer = argv
        request = {'id': name, 'on': on, 'cols': int(cols), 'rows': int(rows), 'from': int(wanted)}
        if writer:
            request['writer'], typed = writer
            request['typed'] = int(typed)
    except ValueError:
        write_all(frame(ERROR, b'usage: holder.py attach ID ON COLS ROWS FROM_OFFSET [WRITER TYPED]'))
        return 2
    try:
        sock = connect()
        sock.sendall(frame(ATTACH, json.dumps(request).encode()))
    except OSError as error:
        write_all(frame(ERROR, f'the holder does not answer: {error}'.encode()))
        return 3
    stdin_pump = threading.Thread(target=pump_input, args=(sock,), daemon=True)
    stdin_pump.start()
    try:
        while data := sock.recv(FRAME_LIMIT):
            write_all(data)
    except ConnectionError:
        return 0  # either side is gone: that is the end
    # The engine ends its side when it has read the last frame; ending first could break the stream under it, see say_goodbye.
    stdin_pump.join(FAREWELL_S)
    return 0


def list_terminals():
    sock = connect()
    sock.sendall(frame(LIST))
    answer = b''
    while data := sock.recv(FRAME_LIMIT):
        answer += data
    print(answer[HEADER.size :].decode())
    return 0


def main(argv):
    if argv == ['serve']:
        # Not at the top: the other subcommands run isolated (python3 -I) and do not see this folder, which stays as it is.
        sys.dont_write_bytecode = True
        from recorder import Recording

        Holder(socket_path(), Recording).run()
        return 0
    if argv == ['list']:
        return list_terminals()
    if argv[:1] == ['attach']:
        return attach(argv[1:])
    print('usage: holder.py serve | attach ID ON COLS ROWS FROM_OFFSET [WRITER TYPED] | list', file=sys.stderr)
    return 2


if __name__ == '__main__':
    # Without the interpreter's teardown: it would wait for a thread that waits for stdin.
    status = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(status)
