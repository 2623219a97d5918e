"""Runs one iteration of a workload for each line on standard input and prints its milliseconds.

Programs have as many threads as PyTorch takes: OMP_NUM_THREADS, or one for each core.
"""

import sys
import time

import torch


def use(device):
    """Makes tensors on `device` unless they say otherwise; a function that waits until it is idle."""
    if device == "cpu":
        return lambda: None
    torch.set_default_device(device)
    return torch.cuda.synchronize


def serve(iteration, synchronise=lambda: None):
    """Answers every line with the wall-clock milliseconds of one call of `iteration`."""
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        iteration()
        synchronise()
        print("%.3f" % ((time.perf_counter() - start) * 1e3), flush=True)
