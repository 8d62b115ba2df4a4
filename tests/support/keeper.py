"""Looks after processes and folders for the runner, so that nothing a story started outlives it."""

import ctypes
import os
import queue
import select
import shutil
import signal
import subprocess
import time

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Make this process the parent of every descendant whose own parent ends (prctl(2))."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def children():
    """The pids of this process's children, zombies included."""
    found = set()
    me = str(os.getpid())
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry) as stat:
                    if stat.read().rsplit(")", 1)[1].split()[1] == me:
                        found.add(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def reap(pid):
    """Wait for a child; its exit status, 128 + signal if it was killed."""
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        return 0
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    reap(pid)


def end_children_except(spared):
    """Kill and reap until only the spared are left; the children of the killed come to us and are next."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        strays = children() - set(spared)
        if not strays:
            return
        for pid in strays:
            end(pid)


def read_until(descriptor, deadline):
    """Everything that comes through a pipe until its end or the deadline: (text, whether the end was seen)."""
    told = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return told.decode("utf-8", "replace"), False
        data = os.read(descriptor, 65536)
        if not data:
            return told.decode("utf-8", "replace"), True
        told += data


def write_all(descriptor, text):
    data = text.encode("utf-8", "replace")
    while data:
        data = data[os.write(descriptor, data):]


def logs_under(folder):
    """(name, text) of every *.log below a folder; what a build writes is not meant."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "build"]
        for name in sorted(names):
            if name.endswith(".log"):
                with open(os.path.join(place, name), errors="replace") as text:
                    found.append((os.path.relpath(os.path.join(place, name), folder), text.read()))
    return found


def remove_tree(folder):
    """Remove a story's folder, after taking down what a story that was cut off had mounted in it."""
    with open("/proc/self/mounts") as table:
        mounted = [line.split()[1] for line in table]
    for place in sorted((place for place in mounted if place.startswith(folder + "/")), reverse=True):
        subprocess.run(["umount", "-l", place], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def next_result(results, workers):
    """The next result of any worker; a worker that died without a word counts as having said that it is done."""
    gone = getattr(results, "counted_dead", set())
    while True:
        try:
            return results.get(timeout=2.0)
        except queue.Empty:
            for worker in workers:
                if not worker.is_alive() and worker.exitcode != 0 and worker.pid not in gone:
                    gone.add(worker.pid)
                    results.counted_dead = gone
                    return None, None, 0
