#!/usr/bin/python3
"""Run stories against the real daemons: all of tests/stories and tests/clients, or those named on the command line.

STRONGROOM_BIN names the folder with the three binaries. Two worker processes each start one development cell that
the stories share; a story that breaks things asks for a cell of its own. Each story runs in a process of its own with
a time limit, whatever it leaves running is ended, and a sanitizer's report in a daemon's log fails the story that
caused it. The last line is `N passed, N failed`. There is no third outcome: what cannot run has failed.
"""

import argparse
import importlib.util
import multiprocessing
import os
import signal
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
FOLDERS = [os.path.join(TESTS, "stories"), os.path.join(TESTS, "clients")]
sys.path[0] = TESTS         # in place of this folder, whose jwt.py would hide the library of that name

from support import cell as cells          # noqa: E402  (the path above is what makes it importable)
from support import expect, keeper, node   # noqa: E402

DEFAULT_SECONDS = 60
SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error: ", "UndefinedBehaviorSanitizer",
                   "AddressSanitizer:DEADLYSIGNAL")


def files():
    """The file of each story by its name: Python, or JavaScript where it is about a library of Node's."""
    found = {}
    for folder in FOLDERS:
        for entry in sorted(os.listdir(folder)):
            name, ending = os.path.splitext(entry)
            if ending in (".py", ".mjs"):
                assert name not in found, "two stories are called " + name
                found[name] = os.path.join(folder, entry)
    return found


def load(name):
    """The module of a story. CELL: shared, own or none; TIMEOUT in seconds; CELL_OPTIONS for an own cell."""
    path = files()[name]
    if path.endswith(".mjs"):
        module = node.Story(path)
    else:
        spec = importlib.util.spec_from_file_location("story_" + name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    for attribute, value in (("CELL", "shared"), ("TIMEOUT", DEFAULT_SECONDS), ("CELL_OPTIONS", {})):
        if not hasattr(module, attribute):
            setattr(module, attribute, value)
    return module


def story_names(wanted):
    known = sorted(files())
    unknown = [name for name in wanted if name not in known]
    return [name for name in known if not wanted or name in wanted], unknown


def sanitizer_report(text):
    for mark in SANITIZER_MARKS:
        if mark in text:
            start = max(0, text.index(mark) - 200)
            return text[start:start + 4000]
    return None


class Worker:
    """Takes stories from a queue, one at a time, and keeps a cell for those that share one."""

    def __init__(self, tasks, results):
        self.tasks, self.results = tasks, results
        self.shared = None
        self.shared_log_read = 0
        self.stopping = False

    def stop(self, *unused):
        """Asked to end in the middle: what was started is cleared away on the way out."""
        self.stopping = True
        sys.exit(1)

    def run(self):
        keeper.adopt_orphans()
        signal.signal(signal.SIGTERM, self.stop)
        try:
            while True:
                name = self.tasks.get()
                if name is None:
                    break
                started = time.monotonic()
                reason = self.one(name)
                self.results.put((name, reason, time.monotonic() - started))
        finally:
            self.drop_shared()
            self.results.put((None, None, 0))

    def one(self, name):
        folder = cells.scratch_folder()
        try:
            module = load(name)
            if module.CELL == "shared":
                self.need_shared()
            spared = keeper.children()
            reason = self.in_a_child(module, folder)
            keeper.end_children_except(spared)
            reason = reason or self.look_for_reports(module, folder)
            if reason:
                reason += self.tails(module, folder)
                if module.CELL == "shared":
                    self.check_shared()
            return reason
        except Exception:       # a story that does not even load, a cell that does not start
            return traceback.format_exc()
        finally:
            if self.stopping:
                keeper.end_children_except(())
            keeper.remove_tree(folder)

    def in_a_child(self, module, folder):
        """Run the story in a forked process; None if it went well, otherwise the reason."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(tell_story(module, self.shared, folder, writing))
        os.close(writing)
        told, ended = keeper.read_until(reading, time.monotonic() + module.TIMEOUT)
        os.close(reading)
        if not ended:
            keeper.end(child)
            return "no end after %d s; so far it said: %s" % (module.TIMEOUT, told)
        status = keeper.reap(child)
        if status != 0 and not told:
            return "the story's process ended with status %d" % status
        return told or None

    # -- the shared cell -------------------------------------------------------------------------------------------

    def need_shared(self):
        if self.shared is None:
            folder = cells.scratch_folder()
            try:
                self.shared = cells.Cell(os.path.join(folder, "cell"), options=["--workers", "2"])
            finally:
                if self.shared is None:
                    keeper.end_children_except(())
                    keeper.remove_tree(folder)
            self.shared_folder, self.shared_log_read = folder, 0

    def check_shared(self):
        """After a failure: go on with the same cell only if it still answers."""
        try:
            healthy = self.shared.is_ready()
        except (OSError, AssertionError):
            healthy = False
        if not healthy:
            self.drop_shared()

    def drop_shared(self):
        if self.shared is not None:
            try:
                self.shared.stop()
            except Exception as problem:
                print("the shared cell did not stop: %s" % problem, file=sys.stderr)
            keeper.end_children_except(())
            keeper.remove_tree(self.shared_folder)
            self.shared = None

    # -- what the daemons wrote ------------------------------------------------------------------------------------

    def look_for_reports(self, module, folder):
        if module.CELL == "shared":
            text = self.shared.log()
            fresh, self.shared_log_read = text[self.shared_log_read:], len(text)
            report = sanitizer_report(fresh)
        else:
            report = next(filter(None, (sanitizer_report(text) for _, text in keeper.logs_under(folder))), None)
        return "a sanitizer's report in a daemon's log:\n" + report if report else None

    def tails(self, module, folder):
        place = self.shared.path("log") if module.CELL == "shared" else folder
        return "".join("\n--- end of %s\n%s" % (name, "\n".join(text.splitlines()[-15:]))
                       for name, text in keeper.logs_under(place) if text.strip())


def tell_story(module, shared, folder, writing):
    """In the child: run the story, write a reason into the pipe if it failed; returns the exit status."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        workshop = cells.Workshop(folder)
        if module.CELL == "shared":
            subject = shared
        elif module.CELL == "own":
            subject = workshop.new_cell(**module.CELL_OPTIONS)
        else:
            subject = workshop
        module.story(subject)
        for cell in workshop.cells:
            cell.stop()
        return 0
    except expect.Failure as failure:
        where = [frame for frame in traceback.extract_tb(failure.__traceback__)
                 if os.path.dirname(frame.filename) in FOLDERS]
        place = " (line %d)" % where[-1].lineno if where else ""
        keeper.write_all(writing, str(failure) + place)
    except BaseException:
        keeper.write_all(writing, traceback.format_exc())
    return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="print what there is, one line a story")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("names", nargs="*", help="stories to run (default: all)")
    args = parser.parse_args()
    names, unknown = story_names(args.names)
    if args.list:
        for name in names:
            print("%-70s %s" % (name, (load(name).__doc__ or "").strip().split("\n")[0]))
        return 0

    if not names and not unknown:
        print("there are no stories in %s\n0 passed, 1 failed" % " and ".join(FOLDERS))
        return 1

    # Long ones first, so that the two workers end at about the same time.
    def weight(name):
        try:
            return -load(name).TIMEOUT
        except Exception:       # the worker will say what is wrong with it
            return 0
    names.sort(key=weight)

    results = multiprocessing.Queue()
    tasks = multiprocessing.Queue()
    jobs = max(1, min(args.jobs, len(names)))
    for name in names + [None] * jobs:
        tasks.put(name)
    workers = [multiprocessing.Process(target=Worker(tasks, results).run) for _ in range(jobs)]
    for worker in workers:
        worker.start()

    def stop(*unused):
        for worker in workers:
            if worker.is_alive():
                worker.terminate()
        for worker in workers:
            worker.join(30)
        sys.exit(1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    passed, failed, working = 0, [], jobs
    for name in unknown:
        failed.append(name)
        print("not ok  %s\n    there is no such story" % name, flush=True)
    reported = set()
    while working:
        name, reason, seconds = keeper.next_result(results, workers)
        if name is None:
            working -= 1
            continue
        reported.add(name)
        print("%s  %s  (%.1f s)" % ("not ok" if reason else "ok    ", name, seconds), flush=True)
        if reason:
            failed.append(name)
            print("    " + reason.replace("\n", "\n    "), flush=True)
        else:
            passed += 1
    for name in names:
        if name not in reported:
            failed.append(name)
            print("not ok  %s\n    its worker ended before it ran" % name, flush=True)
    for worker in workers:
        worker.join()
    if failed:
        print("failed: " + " ".join(sorted(failed)))
    print("%d passed, %d failed" % (passed, len(failed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
