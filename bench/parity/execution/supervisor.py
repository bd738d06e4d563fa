"""Start, watch and end one program, with everything that it starts itself.

A script of its own, on the standard library alone, that the harness runs once for each program:

    python -I -S supervisor.py OUT_FD GRACE_S FOLDER COMMAND ARGUMENT...

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
# ruff: noqa: PTH102, PTH106, PTH108, PTH110, PTH113, PTH115, PTH116, PTH118, PTH123, PTH208, S606
import ctypes
import errno
import os
import select
import signal
import sys
import time

CONTROL, REPORT = 0, 1
PR_SET_CHILD_SUBREAPER = 36
ENDING_S = 5.0
"""How long to go on killing a process that does not die: it is not ours, or stuck in the kernel."""

REMOVING_S = 1.0
"""How long to go on removing the folder. Programs of other supervisors may still write there, until
they are ended, too."""

NAMED = 5
"""How many of the left children to name."""

LINUX = sys.platform == "linux"
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
        names = [command_of(one.pid) for one in descendants()] or [b"one that forks for ever"]
        return names[:NAMED]

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


def executable_path(name: str) -> str:
    """Return the path of the command, as exec finds it. Raises OSError."""
    folders = [""] if "/" in name else os.get_exec_path()
    paths = [os.path.join(folder, name) for folder in folders]
    there = [path for path in paths if os.path.exists(path)]
    for path in there:
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    why = errno.EACCES if there else errno.ENOENT
    raise OSError(why, os.strerror(why), name)


def can_run(path: str) -> bool:
    """Whether exec will surely start it: a spawner gives a file that exec refuses to a shell.

    If we are not sure, exec is called without a spawner. Raises OSError if a script's interpreter
    is missing: a spawner would report that as if the program had crashed.
    """
    head, size = first_bytes(path)
    if head.startswith(b"#!"):
        line = head[2:].partition(b"\n")[0].replace(b"\t", b" ").strip(b" ")
        interpreter = line.partition(b" ")[0] or b"/"
        os.stat(interpreter)
        head, size = first_bytes(interpreter)
    return is_ours(head, size)


def first_bytes(path: str | bytes) -> tuple[bytes, int]:
    """Return the first bytes of a file, and its size; nothing if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(256), os.fstat(file.fileno()).st_size
    except OSError:
        return b"", 0


def is_ours(head: bytes, size: int) -> bool:
    """Whether this is an ELF program for this machine, with its table of segments."""
    own, _ = first_bytes("/proc/self/exe")
    # The magic, the class and the byte order; then the kind of machine.
    if len(head) < 64 or head[:6] != own[:6] or head[18:20] != own[18:20]:
        return False
    wide = own[4] == 2
    table_at, entry_at = ((32, 40), 54) if wide else ((28, 32), 42)
    table = int.from_bytes(head[slice(*table_at)], sys.byteorder)
    entry, entries = (number_at(head, at) for at in (entry_at, entry_at + 2))
    program = number_at(head, 16) in (2, 3)
    return program and entries > 0 and table + entry * entries <= size


def number_at(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 2], sys.byteorder)


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


def eldest_child() -> int:
    """Return our first child, which may have ended already. Raises OSError if there is none.

    By now, an orphan of that child may be our child, too. Linux lists children by their age. If the
    kernel has this list, it is faster than looking through all processes.
    """
    try:
        with open("/proc/thread-self/children", "rb") as file:
            return int(file.read().split()[0])
    except (OSError, IndexError):
        return eldest_of_all()


def eldest_of_all() -> int:
    """Return the same, by looking through all processes."""
    ours = [process for process in processes() if process.parent == os.getpid()]
    if not ours:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return min(ours, key=lambda process: (process.began, process.pid)).pid


def adopt() -> int:
    """Become the parent of orphans. Return a pipe that is readable when a child ends, or we shall.

    Signals that are handled here have their default disposition in the program. None is blocked.
    """
    if LINUX:
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


def kill(process: ProcStat) -> None:
    """Kill a descendant and its group, unless it has ended since it was seen.

    Killing the group at once reaches processes that fork faster than we look. The number may belong
    to another process by now, so we look again.
    """
    now = read_process(process.pid)
    if now is None or now.began != process.began:
        return
    try:
        if now.group != os.getpgrp():
            os.killpg(now.group, signal.SIGKILL)
        os.kill(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def proc_is_ours() -> bool:
    """Whether /proc is there, and its numbers are those that processes have for us.

    In a PID namespace with the outer /proc, its numbers are those of other processes.
    """
    try:
        return LINUX and os.readlink("/proc/self") == str(os.getpid())
    except OSError:
        return False


class ProcStat:
    """The fields of /proc/PID/stat after the name."""

    def __init__(self, pid: int, fields: list[bytes]) -> None:
        self.pid = pid
        self.lives = fields[0] not in (b"Z", b"X")
        self.parent, self.group = int(fields[1]), int(fields[2])
        self.began = int(fields[19])  # in the kernel's ticks


def read_process(pid: int) -> ProcStat | None:
    """Return the process, or None if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return ProcStat(pid, file.read().rpartition(b")")[2].split())
    except (OSError, IndexError):
        return None  # It ended meanwhile: the file is gone, or empty.


def processes() -> list[ProcStat]:
    """Return every process."""
    seen = (read_process(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [process for process in seen if process]


def descendants() -> list[ProcStat]:
    """Return all our living descendants."""
    children: dict[int, list[ProcStat]] = {}
    for process in processes():
        children.setdefault(process.parent, []).append(process)
    ours = list(children.get(os.getpid(), ()))
    for process in ours:  # The list grows while we loop.
        ours += children.get(process.pid, ())
    return [process for process in ours if process.lives]


def command_of(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().rstrip(b"\0").replace(b"\0", b" ")
    except OSError:
        command = b""
    return one_line(command) or b"process %d" % pid


def one_line(text: bytes) -> bytes:
    return b" ".join(text.split())[:200]


def report(form: bytes, *values: object) -> None:
    try:
        os.write(REPORT, form % values + b"\n")
    except BrokenPipeError:
        return  # The harness is gone: the control pipe will say so.


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


if __name__ == "__main__":
    main(sys.argv[1:])
