"""Runs one iteration of a workload for each line on standard input and prints its milliseconds."""

import sys
import time


def serve(iteration):
    """Answers every line with the wall-clock milliseconds of one call of `iteration`."""
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        iteration()
        print("%.3f" % ((time.perf_counter() - start) * 1e3), flush=True)
