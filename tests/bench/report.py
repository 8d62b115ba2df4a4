"""Medians, spreads and ratios of what was measured, as a table for people and as data for scripts."""

import statistics

TITLES = {"introspect": "introspection", "refresh": "refresh, durable", "code": "code exchange, durable"}
SATURATED = 0.90    # a responder that uses less of its core was waiting for the generator


def entry(runs, unit, better):
    return {"value": round(statistics.median(runs), 4), "unit": unit, "better": better,
            "runs": [round(value, 4) for value in runs]}


def spread(runs):
    """Half the distance between the slowest and the fastest run, as a share of the median."""
    return (max(runs) - min(runs)) / 2 / statistics.median(runs)


def cpu_us(told):
    return told["watched_cpu_seconds"] / told["requests"] * 1e6


def ratios(samples, key):
    """Each product figure against the responder's of the same minute; the median is taken of the ratios."""
    return [s.product[key] / s.responder[key] for s in samples]


def case_entries(case, samples, fdatasync):
    entries = {
        "": entry([s.product["rps"] for s in samples], "requests/s", "higher"),
        "_ratio": entry(ratios(samples, "rps"), "of the responder's requests/s", "higher"),
        "_p50": entry([s.product["p50_us"] for s in samples], "us", "lower"),
        "_p50_ratio": entry(ratios(samples, "p50_us"), "times the responder's", "lower"),
        "_p99": entry([s.product["p99_us"] for s in samples], "us", "lower"),
        "_p99_ratio": entry(ratios(samples, "p99_us"), "times the responder's", "lower"),
        "_cpu": entry([cpu_us(s.product) for s in samples], "us of CPU per request", "lower"),
    }
    if case.mode != "introspect":
        per_sync = statistics.median(fdatasync)
        entries["_per_fdatasync"] = entry([s.product["rps"] / per_sync for s in samples],
                                          "of the disk's fdatasync/s", "higher")
    return {case.name + suffix: value for suffix, value in entries.items()}


def responder_samples(result, connections):
    return [s.responder for c in result.cases if c.connections == connections for s in result.samples[c]]


def as_data(result):
    data = {}
    for case in result.cases:
        data.update(case_entries(case, result.samples[case], result.fdatasync))
    for connections in sorted({c.connections for c in result.cases}, reverse=True):
        several = responder_samples(result, connections)
        name = "responder_%d" % connections
        data[name] = entry([r["rps"] for r in several], "requests/s", "higher")
        data[name + "_p50"] = entry([r["p50_us"] for r in several], "us", "lower")
        data[name + "_p99"] = entry([r["p99_us"] for r in several], "us", "lower")
        data[name + "_cpu"] = entry([cpu_us(r) for r in several], "us of CPU per request", "lower")
    data["fdatasync_4k"] = entry(result.fdatasync, "1/s", "higher")
    return data


def rows(result):
    data = as_data(result)

    def row(name, title, connections, compared):
        def ratio(suffix, shape):
            return shape % data[name + suffix]["value"] if compared else ""
        return [title, str(connections), "{:,.0f}".format(data[name]["value"]),
                "+-%.0f %%" % (100 * spread(data[name]["runs"])), "{:,.0f}".format(data[name + "_p50"]["value"]),
                "{:,.0f}".format(data[name + "_p99"]["value"]), ratio("_ratio", "%.2f"), ratio("_p50_ratio", "%.1fx"),
                ratio("_p99_ratio", "%.1fx"), "%.1f" % data[name + "_cpu"]["value"]]

    for case in result.cases:
        yield row(case.name, TITLES[case.mode], case.connections, True)
    for connections in sorted({c.connections for c in result.cases}, reverse=True):
        yield row("responder_%d" % connections, "bare responder", connections, False)


def notes(result):
    yield ("Medians of %d rounds of %g s; each ratio is against the bare responder measured right beside it."
           % (result.options.rounds, result.options.seconds))
    yield ("Generator on core %s, responder on core %s, product on cores %s, %d front-end worker(s). CPU is user and "
           "system time of" % (result.cores.generator, result.cores.responder, result.cores.product,
                               result.options.workers))
    yield "all the server's processes per request: front end and vault together, or the responder."
    yield ("The disk: {:,.0f} fdatasync of 4 KiB per second.".format(statistics.median(result.fdatasync))
           + "".join("  %s: %.1f of that." % (name, value) for name, value in per_sync(result)))
    if result.thrown_out:
        yield "%d samples thrown out: their responder was under 0.85 of its best." % result.thrown_out
    few = [c.name for c in result.cases if len(result.samples[c]) < min(3, result.options.rounds)]
    if few:
        yield "Too disturbed to be trusted (fewer than three samples left): %s." % ", ".join(few)
    if result.cores.count == 1:
        yield "One core only: responder and generator share it, so the ratios flatter the product."
    yield from limits(result)
    if any(c.mode == "code" and any(s.product["id_tokens"] == 0 for s in result.samples[c]) for c in result.cases):
        yield "The exchanged codes brought no ID token."


def limits(result):
    """Whether it was the responder that was measured: with many connections it has to fill its core."""
    for connections in sorted({c.connections for c in result.cases if c.connections > 1}, reverse=True):
        several = responder_samples(result, connections)
        server = statistics.median(r["watched_cpu_seconds"] / r["seconds"] for r in several)
        generator = statistics.median(r["own_cpu_seconds"] / r["seconds"] for r in several)
        yield "At %d connections the responder used %.0f %% of its core and the generator %.0f %% of its own%s." % (
            connections, 100 * server, 100 * generator,
            "" if server > SATURATED else "; the generator may be the limit, and the ratios too kind")


def per_sync(result):
    data = as_data(result)
    for case in result.cases:
        if case.name + "_per_fdatasync" in data:
            yield case.name, data[case.name + "_per_fdatasync"]["value"]


def as_table(result):
    head = ["", "conns", "requests/s", "spread", "p50 us", "p99 us", "ratio", "p50", "p99", "CPU us"]
    lines = [head] + list(rows(result))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = []
    for line in lines:
        text.append("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                              for i, (cell, width) in enumerate(zip(line, widths))).rstrip())
        if line is head:
            text.append("-" * len(text[0]))
    return "\n".join(text + [""] + list(notes(result)))
