"""The Frechet distance of two statistics of 2048 features as pytorch-fid computes it, with scipy.linalg.sqrtm."""

import numpy as np
import scipy.linalg

import lockstep

DIMENSION = 2048
VECTORS = 4096


def statistics(seed, scale):
    """Correlated features whose variances fall over six decades."""
    own = np.random.default_rng(seed).standard_normal((VECTORS, DIMENSION))
    rows = own * (scale * np.exp(-7.0 * np.arange(DIMENSION) / DIMENSION))
    for feature in range(1, DIMENSION):
        rows[:, feature] += 0.5 * rows[:, feature - 1]
    rows = rows.astype(np.float32).astype(np.float64)
    return rows.mean(0), np.cov(rows, rowvar=False)


def main():
    first_mean, first = statistics(0, 1)
    second_mean, second = statistics(1, 1.1)

    def iterate():
        root = scipy.linalg.sqrtm(first @ second)
        difference = first_mean - second_mean
        return difference @ difference + np.trace(first) + np.trace(second) - 2 * np.trace(root.real)

    lockstep.serve(iterate)


main()
