#!/usr/bin/env python3
"""Records what CPython's functools.lru_cache does, for tests/cpython.rs to repeat.

    python3 tests/record_cpython.py            writes tests/data/cpython_lru_cache.txt
    python3 tests/record_cpython.py --check    records again and compares with that file

The sequences come from a fixed seed, so a second run gives the same file.
A hit is a call during which the function's body did not run.
"""

import bisect
import functools
import itertools
import pathlib
import platform
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "data" / "cpython_lru_cache.txt"
LOG = HERE.parent / "examples" / "data" / "requests.tsv"

FORMAT = """\
# What functools.lru_cache did, written by tests/record_cpython.py. Do not edit.
# Recorded from: {implementation} {version}
#
# Fields are separated by tabs. maxsize is a number or "none". An info is hits/misses/currsize.
#
# sequence   maxsize  shape  infos  outcomes  keys
#     Calls f(key) with one argument, in order. keys: decimal numbers separated by blanks; "c" is
#     cache_clear(). outcomes: h (hit) or m (miss) for each call. infos, separated by ";": cache_info()
#     just before each cache_clear(), then at the end; cache_info() right after cache_clear() is 0/0/0.
# nested     maxsize  depth a b m  info  outcomes  keys
#     As above, but the body of f(key) calls f((a * key + b) % m) while fewer than depth bodies are
#     under way, itself included. outcomes are in the order in which the calls return. With "1 0" for
#     "a b" the body calls f with its own argument.
# recursion  function  maxsize  argument  value  info
#     fib(n):     n if n < 2 else fib(n - 1) + fib(n - 2)
#     range(n):   [fib(i) for i in range(n)] in an empty cache, the value is the sum
#     pascal(n):  p(n, n // 2), where p(n, k) is 1 if k is 0 or n, else p(n - 1, k - 1) + p(n - 1, k)
# log        maxsize  info
#     One call for each line of examples/data/requests.tsv, with the user agent as the argument.
"""


def info(function):
    counted = function.cache_info()
    return f"{counted.hits}/{counted.misses}/{counted.currsize}"


def name(maxsize):
    return "none" if maxsize is None else str(maxsize)


# ---------------------------------------------------------------------------------------- sequences
# Of random.Random only random() is used: it gives the same numbers in every version of Python.


def below(rng, n):
    return int(rng.random() * n)


def uniform(rng, capacity, length):
    """Every key of a range somewhat wider than the cache, with the same chance."""
    return [below(rng, capacity * 5 // 4 + 2) for _ in range(length)]


def zipf(rng, capacity, length):
    """Few keys often, many keys rarely; the frequent ones lie scattered."""
    count = capacity * 4 + 8
    sums = list(itertools.accumulate(1 / rank for rank in range(1, count + 1)))
    # Written out, since random.shuffle may draw differently from one version to the next.
    labels = list(range(count))
    for i in range(count - 1, 0, -1):
        j = below(rng, i + 1)
        labels[i], labels[j] = labels[j], labels[i]
    return [labels[min(bisect.bisect(sums, rng.random() * sums[-1]), count - 1)] for _ in range(length)]


def loop(rng, capacity, length):
    """Rounds over as many keys as fit and over one more; now and then a key twice in a row."""
    keys = []
    while len(keys) < length:
        for key in range(capacity + (rng.random() < 0.6)):
            keys.append(key)
            if rng.random() < 0.05:
                keys.append(key)
    return keys[:length]


def scan(rng, capacity, length):
    """A hot set of half the capacity, interrupted by runs of keys that never come back."""
    keys = []
    hot = capacity // 2 + 1
    fresh = hot
    while len(keys) < length:
        keys += [below(rng, hot) for _ in range(hot * 2)]
        run = below(rng, capacity + 3)
        keys += range(fresh, fresh + run)
        fresh += run
    return keys[:length]


def cleared(rng, capacity, length):
    """uniform, with cache_clear() at some places, once twice in a row."""
    keys = uniform(rng, capacity, length)
    for place in sorted((below(rng, length) for _ in range(4)), reverse=True):
        keys.insert(place, "c")
    keys.insert(keys.index("c"), "c")
    return keys


def cleared_last(rng, capacity, length):
    """uniform, then cache_clear(): everything ends at zero."""
    return uniform(rng, capacity, length) + ["c"]


def record_sequence(maxsize, keys):
    ran = False

    @functools.lru_cache(maxsize)
    def f(key):
        nonlocal ran
        ran = True
        return key

    infos, outcomes = [], []
    for key in keys:
        if key == "c":
            infos.append(info(f))
            f.cache_clear()
            assert info(f) == "0/0/0"
            continue
        ran = False
        assert f(key) == key
        outcomes.append("m" if ran else "h")
    infos.append(info(f))
    return infos, outcomes


def sequences():
    # maxsize, the capacity that the shapes are made for, calls, sequences of each shape
    plan = [
        (0, 4, 120, 1),
        (1, 1, 200, 2),
        (2, 2, 300, 2),
        (3, 3, 400, 2),
        (17, 17, 900, 2),
        (128, 128, 2400, 1),
        (1000, 1000, 5000, 1),
        (None, 300, 1500, 1),
    ]
    seed = 0
    for maxsize, capacity, length, repeats in plan:
        for shape in (uniform, zipf, loop, scan, cleared, cleared_last):
            # The last shape is about what the clear leaves, not about what came before.
            calls = min(length, 200) if shape is cleared_last else length
            for _ in range(repeats):
                seed += 1
                keys = shape(random.Random(seed), capacity, calls)
                infos, outcomes = record_sequence(maxsize, keys)
                yield (
                    "sequence",
                    name(maxsize),
                    shape.__name__,
                    ";".join(infos),
                    "".join(outcomes),
                    " ".join(map(str, keys)),
                )


# -------------------------------------------------------------------------------------------- nested


def record_nested(maxsize, depth, a, b, m, keys):
    outcomes = []
    under_way = 0
    runs = 0

    @functools.lru_cache(maxsize)
    def f(key):
        nonlocal under_way, runs
        runs += 1
        under_way += 1
        if under_way < depth:
            call((a * key + b) % m)
        under_way -= 1
        return key

    def call(key):
        nonlocal runs
        before, runs = runs, 0
        assert f(key) == key
        # Nested calls count their own runs and put the count back.
        outcomes.append("m" if runs else "h")
        runs = before

    for key in keys:
        call(key)
    return info(f), outcomes


def nested():
    rules = [(2, 1, 0, 7), (3, 1, 0, 5), (3, 1, 1, 6), (4, 3, 2, 11), (5, 2, 1, 24), (6, 1, 5, 29)]
    seed = 1000
    for maxsize in (0, 1, 2, 3, 17, None):
        for rule in rules:
            seed += 1
            rng = random.Random(seed)
            keys = [below(rng, rule[3]) for _ in range(120)]
            result, outcomes = record_nested(maxsize, *rule, keys)
            yield (
                "nested",
                name(maxsize),
                " ".join(map(str, rule)),
                result,
                "".join(outcomes),
                " ".join(map(str, keys)),
            )


# --------------------------------------------------------------------------------- recursions, the log


def fib_of(maxsize):
    @functools.lru_cache(maxsize)
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    return fib


def pascal_of(maxsize):
    @functools.lru_cache(maxsize)
    def pascal(n, k):
        return 1 if k in (0, n) else pascal(n - 1, k - 1) + pascal(n - 1, k)

    return pascal


def recursions():
    # maxsize, the argument of fib, the argument of pascal
    plan = [
        (0, 12, 14),
        (1, 18, 14),
        (2, 30, 14),
        (3, 30, 14),
        (17, 30, 20),
        (128, 60, 40),
        (1000, 90, 40),
        (None, 90, 40),
    ]
    for maxsize, fib_argument, pascal_argument in plan:
        fib = fib_of(maxsize)
        value = fib(fib_argument)
        yield "recursion", "fib", name(maxsize), str(fib_argument), str(value), info(fib)

        fib.cache_clear()
        value = sum([fib(i) for i in range(16)])
        yield "recursion", "range", name(maxsize), "16", str(value), info(fib)

        pascal = pascal_of(maxsize)
        value = pascal(pascal_argument, pascal_argument // 2)
        yield "recursion", "pascal", name(maxsize), str(pascal_argument), str(value), info(pascal)


def log():
    agents = [line.split("\t")[2] for line in LOG.read_text(encoding="utf-8").splitlines()]
    for maxsize in (16, 32, 64, 128, 256, 512):
        f = functools.lru_cache(maxsize)(len)
        for agent in agents:
            f(agent)
        yield "log", name(maxsize), info(f)


def main():
    if platform.python_implementation() != "CPython":
        sys.exit("this records CPython; run it with CPython")
    lines = ["\t".join(line) for part in (sequences, nested, recursions, log) for line in part()]
    if sys.argv[1:] == ["--check"]:
        stored = OUTPUT.read_text(encoding="ascii").splitlines()
        if lines != [line for line in stored if not line.startswith("#")]:
            sys.exit(f"{OUTPUT.name} differs from what this CPython does")
        print(f"{OUTPUT.name}: {len(lines)} records, all the same")
    elif sys.argv[1:]:
        sys.exit(__doc__.strip())
    else:
        header = FORMAT.format(implementation="CPython", version=platform.python_version())
        OUTPUT.parent.mkdir(exist_ok=True)
        OUTPUT.write_text(header + "\n".join(lines) + "\n", encoding="ascii", newline="\n")
        print(f"{OUTPUT.name}: {len(lines)} records, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
