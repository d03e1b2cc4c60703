# Reads numbers of calls, answers with the nanoseconds they took and how often the body ran.
import functools, itertools, random, sys, time

work = sys.argv[1]
runs = 0


def function(capacity):
    @functools.lru_cache(maxsize=capacity)
    def f(key):
        global runs
        runs += 1
        return 7

    return f


f = function({"large": 450_000, "misses": 1024}.get(work, 4096))
if work == "hot":
    keys = itertools.repeat(0)
elif work == "misses":
    keys = itertools.count()
elif work == "names":
    keys = [f"customer/{random.getrandbits(64):016x}x" for _ in range(1024)]
else:
    keys = list(range(400_000 if work == "large" else 1024))
if isinstance(keys, list):
    for key in keys:
        f(key)
    keys = itertools.cycle(random.choices(keys, k=1 << 20))
print("ready", flush=True)

for line in sys.stdin:
    calls = int(line)
    chunk = keys if work in ("hot", "misses") else list(itertools.islice(keys, calls))
    before = runs
    start = time.perf_counter_ns()
    for key in itertools.islice(chunk, calls):
        f(key)
    end = time.perf_counter_ns()
    print(end - start, runs - before, flush=True)
