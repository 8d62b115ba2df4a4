"""Start a release cell and the responder, and measure one beside the other in alternated rounds."""

import collections
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("STRONGROOM_BUILD") or os.path.join(TOP, "build", "bench"))
DISTURBED = 0.85    # a round whose responder does worse than this share of its best was not undisturbed
TIME_LIMIT_S = 240  # no new round after this much measuring, unless the options ask for longer ones

Case = collections.namedtuple("Case", "name mode connections")
CASES = [
    Case("introspect_64", "introspect", 64),
    Case("introspect_8", "introspect", 8),
    Case("introspect_1", "introspect", 1),
    Case("refresh_64", "refresh", 64),
    Case("refresh_1", "refresh", 1),
    Case("code_64", "code", 64),
]
# One sample: what the generator said of the product and of the responder right beside it.
Sample = collections.namedtuple("Sample", "product responder")
Result = collections.namedtuple("Result", "options cases samples thrown_out fdatasync cores")


class Broken(Exception):
    """An answer was wrong, or there is nothing to measure."""


def cases_named(names):
    return [c for c in CASES if not names or any(n in (c.name, c.mode) for n in names)]


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(argv, what, **options):
    """Run to the end; what went wrong is told with the last lines of its output."""
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    except FileNotFoundError as missing:
        raise Broken("%s: %s" % (what, missing))
    except subprocess.TimeoutExpired:
        raise Broken("%s did not end in time" % what)
    if done.returncode != 0:
        raise Broken("%s failed (%d):\n%s" % (what, done.returncode, "\n".join(done.stdout.splitlines()[-25:])))
    return done.stdout


# -- what runs -------------------------------------------------------------------------------------------------------

class Cores:
    """The generator on the last core, the responder on the first; the product on all of them.

    Unpinned, responder and generator often share a core and the responder halves, which flatters the product. The
    product is three processes' worth of work with its generator and gets the machine, as it would in service.
    """

    def __init__(self, product):
        usable = sorted(os.sched_getaffinity(0))
        self.all = ",".join(map(str, usable))
        self.responder = str(usable[0])
        self.generator = str(usable[-1])
        self.product = product or self.all
        self.count = len(usable)

    @staticmethod
    def pinned(cores, argv):
        return ["taskset", "-c", cores] + argv


def build():
    """A release build of its own; the tests' build has sanitizers in it."""
    say("building in %s" % BUILD)
    os.makedirs(BUILD, exist_ok=True)
    run(["cmake", "-S", TOP, "-B", BUILD, "-DCMAKE_BUILD_TYPE=Release", "-DSTRONGROOM_BENCH=ON",
         "-DSTRONGROOM_SANITIZE=OFF", "-DSTRONGROOM_TESTS=OFF"], "cmake", timeout=300)
    run(["cmake", "--build", BUILD, "--parallel", str(os.cpu_count() or 1)], "the build", timeout=1200)


def binary(name):
    for folder in (os.path.join(BUILD, "bin"), BUILD, os.path.join(BUILD, "tests", "bench")):
        if os.access(os.path.join(folder, name), os.X_OK):
            return os.path.join(folder, name)
    raise Broken("%s has no %s" % (BUILD, name))


def free_port():
    """The first of ten free ports in a row: a cell uses its neighbours too."""
    for port in range(21000 + os.getpid() % 8000, 60000, 10):
        try:
            for each in range(port, port + 10):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
            return port
        except OSError:
            continue
    raise Broken("no free ports")


class Cell:
    """The product, as deploy/quickstart starts it, in a folder of its own on a real disk."""

    def __init__(self, cores, workers):
        # /tmp is memory on many machines, and a socket's path must be short.
        self.dir = tempfile.mkdtemp(prefix="sr-bench-", dir="/var/tmp")
        self.environment = dict(os.environ, STRONGROOM_BUILD=BUILD)
        say("starting a cell in %s" % self.dir)
        try:
            self.start(cores, workers)
        except BaseException:
            self.end()
            raise

    def start(self, cores, workers):
        run(Cores.pinned(cores.product, [os.path.join(TOP, "deploy", "quickstart"), "--http", "--detach", "--dir",
                                         self.dir, "--port", str(free_port()), "--workers", str(workers)]),
            "deploy/quickstart", env=self.environment, cwd=TOP, timeout=900)
        with open(os.path.join(self.dir, "quickstart.json")) as text:
            self.told = json.load(text)

    def end(self):
        """Stop it and remove its folder. Trouble is told, not raised: it must not hide why the run ended."""
        try:
            run([os.path.join(TOP, "deploy", "quickstart"), "--stop", "--dir", self.dir], "deploy/quickstart --stop",
                env=self.environment, cwd=TOP, timeout=120)
        except Broken as broken:
            say("tests/bench/run: %s" % broken)
        shutil.rmtree(self.dir, ignore_errors=True)

    def lines(self):
        """What the generator wants to know, on its standard input."""
        told = self.told
        return "".join("%s %s\n" % pair for pair in (
            ("base_url", told["base_url"]),
            ("client_id", told["client"]["client_id"]),
            ("client_secret", told["client"]["client_secret"]),
            ("redirect_uri", told["client"]["redirect_uri"]),
            ("resource_id", told["resource_server"]["client_id"]),
            ("resource_secret", told["resource_server"]["client_secret"]),
            ("username", told["user"]["username"]),
            ("password", told["user"]["password"])))

    def pids(self):
        """Vault, front-end master and its workers, as they are now."""
        found = []
        for name in ("vault", "frontend"):
            with open(os.path.join(self.dir, "run", name + ".pid")) as text:
                pid = int(text.read())
            if pid not in found:
                found.append(pid)
        children = collections.defaultdict(list)
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % entry) as stat:
                    children[int(stat.read().rsplit(")", 1)[1].split()[1])].append(int(entry))
            except OSError:
                continue    # it has ended meanwhile
        for pid in found:
            found.extend(children[pid])     # the list grows as it is walked: grandchildren too
        return found


class Responder:
    def __init__(self, cores, answer_bytes):
        self.process = subprocess.Popen(
            Cores.pinned(cores.responder, [binary("sr_bench_responder"), "--answer-bytes", str(answer_bytes)]),
            stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline().split()
        if len(said) != 2 or said[0] != "port":
            self.stop()
            raise Broken("the responder did not start")
        self.url = "http://127.0.0.1:%s" % said[1]

    def stop(self):
        self.process.terminate()
        self.process.wait()


# -- measuring -------------------------------------------------------------------------------------------------------

def load(cores, mode, connections, seconds, lines, watch, more=()):
    """One run of the generator; its report as a dict. A wrong answer ends the whole run."""
    argv = [binary("sr_bench_load"), mode, "--connections", str(connections), "--seconds", str(seconds)] + list(more)
    for pid in watch:
        argv += ["--watch", str(pid)]
    try:
        done = subprocess.run(Cores.pinned(cores.generator, argv), input=lines, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=seconds + 240, check=False)
    except subprocess.TimeoutExpired:
        raise Broken("the load generator did not end (%s, %d connections)" % (mode, connections))
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = {}
    if done.returncode != 0:
        raise Broken("%s at %d connections: %s" % (
            mode, connections, "%s errors, the first: %s" % (told["errors"], told["first_error"])
            if told.get("errors") else done.stderr.strip() or "nothing was answered"))
    return told


class Bench:
    def __init__(self, options, cores, cell):
        self.options = options
        self.cores = cores
        self.cell = cell
        self.responder = None
        self.token_bytes = 0

    def start_responder(self):
        """It answers as many bytes to as many bytes as the product does, which has to be seen first."""
        seen = load(self.cores, "introspect", 8, 0.3, self.cell.lines(), [])
        self.token_bytes = seen["token_bytes"]
        self.responder = Responder(self.cores, seen["answer_bytes"])

    def of_responder(self, case):
        lines = "".join("base_url %s\n" % self.responder.url if line.startswith("base_url ") else line
                        for line in self.cell.lines().splitlines(True))
        return load(self.cores, "respond", case.connections, self.options.seconds, lines,
                    [self.responder.process.pid], ["--token-bytes", str(self.token_bytes)])

    def of_product(self, case):
        more = ["--consent-seconds", str(min(40.0, 2 * self.options.seconds))] if case.mode == "code" else []
        return load(self.cores, case.mode, case.connections, self.options.seconds, self.cell.lines(),
                    self.cell.pids(), more)

    def sample(self, case, responder_first):
        """Which of the two comes first changes from round to round, so a drift of the machine favours neither."""
        if responder_first:
            responder = self.of_responder(case)
            return Sample(self.of_product(case), responder)
        product = self.of_product(case)
        return Sample(product, self.of_responder(case))

    def fdatasync_per_s(self):
        """What the disk under the store can do: 4 KiB written and synced, one after the other."""
        path = os.path.join(self.cell.dir, "fdatasync-probe")
        block = os.urandom(4096)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, block * 256, 0)
            os.fsync(descriptor)
            count, start = 0, time.monotonic()
            while time.monotonic() - start < 0.5:
                os.pwrite(descriptor, block, count % 256 * 4096)
                os.fdatasync(descriptor)
                count += 1
            return count / (time.monotonic() - start)
        finally:
            os.close(descriptor)
            os.unlink(path)


def sift(samples):
    """Keep what was undisturbed. The best responder is taken per number of connections."""
    best = {}
    for case, several in samples.items():
        for s in several:
            best[case.connections] = max(best.get(case.connections, 0), s.responder["rps"])
    kept = {}
    for case, several in samples.items():
        kept[case] = [s for s in several if s.responder["rps"] >= DISTURBED * best[case.connections]]
        if several and not kept[case]:  # a figure that is doubtful, and is said to be, is better than none
            kept[case] = [max(several, key=lambda s: s.responder["rps"])]
    return kept, sum(len(samples[c]) - len(kept[c]) for c in samples)


def rounds(bench, cases):
    """The rounds that were asked for, then more for what was thrown out, as long as there is time."""
    options = bench.options
    samples = {case: [] for case in cases}
    syncs = []
    limit = max(TIME_LIMIT_S, 1.5 * options.rounds * len(cases) * (3 * options.seconds + 2))
    start = time.monotonic()
    for number in range(2 * options.rounds):
        kept, _ = sift(samples)
        wanting = [c for c in cases if number < options.rounds or len(kept[c]) < options.rounds]
        if not wanting or (number and time.monotonic() - start > limit):
            break
        say("round %d: %s" % (number + 1, " ".join(c.name for c in wanting)))
        syncs.append(bench.fdatasync_per_s())
        for case in wanting:
            samples[case].append(bench.sample(case, number % 2 == 0))
    kept, thrown_out = sift(samples)
    return kept, thrown_out, syncs


def measure_all(options):
    cases = cases_named(options.only)
    cores = Cores(options.product_cores)
    build()
    cell = Cell(cores, options.workers)
    bench = Bench(options, cores, cell)
    try:
        bench.start_responder()
        kept, thrown_out, syncs = rounds(bench, cases)
        return Result(options, cases, kept, thrown_out, syncs, cores)
    finally:
        if bench.responder:
            bench.responder.stop()
        if options.keep:
            say("the cell is still running in %s" % cell.dir)
        else:
            cell.end()
