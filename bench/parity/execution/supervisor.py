"""Start, watch and end one program, with everything that it starts itself.

A process of its own, on the standard library alone, that the harness starts for each program:

    python -I -S -c STARTER PACKAGES OUT_FD GRACE_S FOLDER COMMAND ARGUMENT...

It exists for three things that the harness cannot do itself:

- A true peak of memory. Until its exec, a child is a copy of the process that forked it, and Linux
  counts that size into the child's ru_maxrss. So a harness with a statistics package loaded would
  report its own size for a small Go program. Even bare Python, as here, is twice as big as such a
  program. So setsid(1), which takes 1 MB, does the fork: as the leader of a process group it forks
  and exits, and its child, then ours, becomes the program.
- Nothing gets away. It is the subreaper of its descendants (on Linux; elsewhere it ends
  the process group only). A process that leaves its session or forks twice becomes its child, so it
  is found, and ended.
- Nothing outlives the harness. When the harness dies in any way, even by SIGKILL, the control pipe
  ends. Then the supervisor ends everything, and removes FOLDER.

stdin is the control pipe: each byte is the number of a signal for the program, and at its end
everything is ended. stderr becomes the program's stderr, and OUT_FD its stdout. The supervisor
makes FOLDER for the program, so that the process that made it also removes it. The reports are
lines on stdout:

    started PID NS               NS: the monotonic clock at exec
    failed ERRNO WHAT            it could not be started
    sent NS                      a signal, then, by the monotonic clock
    ended STATUS CPU RSS WALL    wait status; ns with the children it waited for; bytes; ns
    left COMMAND                 a child that was left GRACE_S after the end; it is ended now
    gone                         no process is left
"""

from __future__ import annotations

# Without pathlib, which takes as long to load as all the rest.
# ruff: noqa: PTH102, PTH106, PTH108, PTH110, PTH118, PTH123, PTH208, S606
import os
import select
import signal
import time

from parity.execution.executable import can_run, executable_path
from parity.execution.process_table import (
    LINUX,
    command_of,
    descendants,
    eldest_child,
    kill,
    proc_is_ours,
)

STARTER = """
import sys
sys.path.append(sys.argv[1])
from parity.execution.supervisor import main
main(sys.argv[2:])
"""
"""-I and -S hide installed packages, and save half of the time. Imported, and not run as a script,
this has its bytecode kept."""

CONTROL, REPORT = 0, 1
PR_SET_CHILD_SUBREAPER = 36
ENDING_S = 5.0
"""How long to go on killing a process that does not die: it is not ours, or stuck in the kernel."""

REMOVING_S = 1.0
"""How long to go on removing the folder. Programs of other supervisors may still write there, until
they are ended, too."""

NAMED = 5
"""How many of the left children to name."""

ENDERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> None:
    out_fd, grace_s, folder, *command = arguments
    os.set_inheritable(int(out_fd), False)  # The program gets it as its stdout only.
    wakeup = adopt()
    family = Family()
    try:
        os.mkdir(folder, 0o700)
    except OSError as error:
        report_failure(error, folder)
        return
    try:
        if family.start(command, int(out_fd)):
            supervise(family, float(grace_s), wakeup)
    finally:
        family.end(wakeup)
        remove(folder)


def supervise(family: Family, grace_s: float, wakeup: int) -> None:
    """Report the program's life; return when the harness wants no more."""
    while family.head_lives:
        if not family.obey(wait(wakeup)):
            return
        family.reap()
    patience = time.monotonic() + grace_s
    while family.reap() and time.monotonic() < patience:
        if not family.obey(wait(wakeup, patience - time.monotonic())):
            return
    if family.reap():
        for name in family.names():
            report(b"left %s", name)
    family.end(wakeup)
    report(b"gone")
    while family.obey(wait(wakeup)):
        pass


class Family:
    """The program, at its head, and all that it started."""

    def __init__(self) -> None:
        self.head = 0
        self.head_lives = False
        self.began_ns = 0
        self.looks = proc_is_ours()

    def start(self, command: list[str], out_fd: int) -> bool:
        """Start the program, report it, and return whether it has started."""
        try:
            command = [executable_path(command[0]), *command[1:]]
            # A spawner exits, and then only /proc tells which child the program is.
            spawner = spawner_path() if self.looks and can_run(command[0]) else None
            child, self.began_ns = spawn(command, spawner, out_fd)
            self.head = eldest_child() if spawner else child
        except OSError as error:
            report_failure(error, command[0])
            return False
        self.head_lives = True
        report(b"started %d %d", self.head, self.began_ns)
        return True

    def obey(self, control: bytes | None) -> bool:
        """Send the program the signals asked for; return whether to go on."""
        for signum in control or b"":
            if self.head_lives:  # It is not reaped yet, so its number is still its own.
                os.kill(self.head, signum)
                report(b"sent %d", time.monotonic_ns())
        return control != b""

    def reap(self) -> bool:
        """Reap all that have ended; return whether any process is left."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return not LINUX and bool(self.group())
            if pid == 0:
                return True
            if pid == self.head:
                self.head_lives = False
                cpu_ns = round((usage.ru_utime + usage.ru_stime) * 1e9)
                peak_rss_bytes = usage.ru_maxrss * (1024 if LINUX else 1)
                self.ended(status, cpu_ns, peak_rss_bytes, time.monotonic_ns() - self.began_ns)

    def ended(self, status: int, cpu_ns: int, peak_rss_bytes: int, wall_ns: int) -> None:
        """Report the head's end."""
        report(b"ended %d %d %d %d", status, cpu_ns, peak_rss_bytes, wall_ns)

    def names(self) -> list[bytes]:
        """Return the command lines of some living descendants."""
        if not self.looks:
            return [b"some of its processes"]
        # A process that forks and exits again and again may have escaped while we looked.
        pids = [one.pid for one in descendants()][:NAMED]
        names = [one_line(command_of(pid)) or b"process %d" % pid for pid in pids]
        return names or [b"one that forks for ever"]

    def group(self) -> list[int]:
        """Return the head's process group, if a process in it lives."""
        try:
            os.killpg(self.head, 0)
        except OSError:
            return []
        return [self.head]

    def end(self, wakeup: int) -> None:
        """End all descendants; if we cannot look for them, end the head's process group."""
        give_up = time.monotonic() + ENDING_S
        while self.head and self.reap() and time.monotonic() < give_up:
            if self.looks:
                for one in descendants():
                    kill(one)
            else:
                for group in self.group():
                    os.killpg(group, signal.SIGKILL)
            if select.select([wakeup], [], [], 0.02)[0]:
                os.read(wakeup, 4096)


def spawn(command: list[str], spawner: str | None, out_fd: int) -> tuple[int, int]:
    """Return the child, and when the program's exec began. A spawner has already exited.

    Raises OSError if exec does.
    """
    status, child_status = os.pipe()
    child = os.fork()  # Not vfork: the child would share our memory, and its peak would be ours.
    if child == 0:
        become(command, spawner, out_fd, child_status)
    os.close(child_status)
    os.close(out_fd)
    with os.fdopen(status, "rb") as pipe:
        began_ns, _, failure = pipe.read().partition(b" ")
    late_ns = waited_ns()
    if spawner or failure:
        os.waitpid(child, 0)
    now_ns, late_ns = time.monotonic_ns(), waited_ns() - late_ns
    if failure:
        raise OSError(int(failure), os.strerror(int(failure)))
    # A spawner exits when its own child goes on to exec, so that is when exec began. We saw it
    # later if we had to wait for a processor. That wait is taken off.
    return child, now_ns - late_ns if spawner else int(began_ns)


def become(command: list[str], spawner: str | None, out_fd: int, status: int) -> None:
    """Turn the forked child into the program, as a shell would have started it."""
    try:
        if spawner:
            os.setpgid(0, 0)  # This makes it fork: the leader of a group cannot leave its session.
            command = [spawner, *command]
        else:
            os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out_fd, 1)
        signal.set_wakeup_fd(-1)
        for signum in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores
            signal.signal(signum, signal.SIG_DFL)
        os.write(status, b"%d" % time.monotonic_ns())
        os.execv(command[0], command)
    except OSError as error:
        os.write(status, b" %d" % (error.errno or 0))
    finally:
        os._exit(127)


def waited_ns() -> int:
    """Return how long this thread was ready to run but had no processor."""
    try:
        with open("/proc/thread-self/schedstat", "rb") as file:
            return int(file.read().split()[1])
    except (OSError, IndexError):
        return 0  # Not every Linux kernel tells.


def spawner_path() -> str | None:
    try:
        return executable_path("setsid")
    except OSError:
        return None


def adopt() -> int:
    """Become the parent of orphans. Return a pipe that is readable when a child ends, or we shall.

    Signals that are handled here have their default disposition in the program. None is blocked.
    """
    if LINUX:
        import ctypes  # The harness takes from here what needs no adoption.

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    for signum in (*ENDERS, signal.SIGCHLD):
        signal.signal(signum, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    return readable


def wait(wakeup: int, seconds: float | None = None) -> bytes | None:
    """Wait for the harness or a child's end. Return the harness's bytes: b"" is its end."""
    ready, _, _ = select.select([CONTROL, wakeup], [], [], seconds and max(0.0, seconds))
    if wakeup in ready and not set(ENDERS).isdisjoint(os.read(wakeup, 4096)):
        return b""
    return os.read(CONTROL, 4096) if CONTROL in ready else None


def report(form: bytes, *values: object) -> None:
    try:
        os.write(REPORT, form % values + b"\n")
    except BrokenPipeError:
        return  # The harness is gone: the control pipe will say so.


def one_line(text: bytes) -> bytes:
    return b" ".join(text.split())[:200]


def report_failure(error: OSError, what: str) -> None:
    report(b"failed %d %s", error.errno or 0, one_line(os.fsencode(what)))


def remove(folder: str) -> None:
    """Remove the folder, whatever the program has written there."""
    try:
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)
    except FileNotFoundError:
        return
    except OSError:
        import shutil  # slow to load, and only needed if a program has made folders

        give_up = time.monotonic() + REMOVING_S
        while os.path.exists(folder) and time.monotonic() < give_up:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.01)
