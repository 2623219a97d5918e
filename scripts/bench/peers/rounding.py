#!/usr/bin/env python3
"""How much of a float32 gradient's error is rounding, and how much ReLUs whose input rounding takes across zero.

For some seeds, of the small BigGAN's generator step in PyTorch: how many inputs of ReLUs have another sign in float32
than in float64 (generator, discriminator), and the relative L2 error of two gradients near the output, as they are and with
float64's signs in float32's ReLUs.
"""

import argparse
import copy

import biggan
import torch
import torch.nn.functional

BATCH = 16
CHANNELS = 64
GENERATOR_RELUS = 7
GRADIENTS = ("norm.weight", "rgb.weight")


class ReLUs:
    """Stands in for torch.nn.functional in the network's module: notes, or prescribes, where ReLUs pass."""

    def __init__(self):
        self.signs = []
        self.prescribed = None

    def __getattr__(self, name):
        return getattr(torch.nn.functional, name)

    def relu(self, x):
        place = len(self.signs)
        self.signs.append(x.detach() > 0)
        if self.prescribed is None:
            return torch.nn.functional.relu(x)
        return x * self.prescribed[place].to(x.dtype)


def gradients(relus, generator, discriminator, z, y, prescribed=None):
    relus.signs, relus.prescribed = [], prescribed
    # Copies, because spectral norm's vectors change in each pass.
    generator, discriminator = copy.deepcopy(generator), copy.deepcopy(discriminator)
    (-discriminator(generator(z, y), y).mean()).backward()
    found = {name.replace("_orig", ""): p.grad.double() for name, p in generator.named_parameters()}
    return [found[name] for name in GRADIENTS], relus.signs


def errors(some, exact):
    return ["%.1e" % ((a - b).norm() / b.norm()).item() for a, b in zip(some, exact)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    relus = ReLUs()
    biggan.F = relus
    print("seed, flips in G and D, errors of %s and %s, the same with float64's signs" % GRADIENTS)
    for seed in range(1, parser.parse_args().seeds + 1):
        torch.manual_seed(seed)
        single = biggan.Generator(CHANNELS), biggan.Discriminator(CHANNELS)
        double = [copy.deepcopy(network).double() for network in single]
        z, y = torch.randn(BATCH, 128), torch.randint(20, (BATCH,))
        exact, exact_signs = gradients(relus, *double, z.double(), y)
        rounded, signs = gradients(relus, *single, z, y)
        prescribed, _ = gradients(relus, *single, z, y, exact_signs)
        flips = [int((a != b).sum()) for a, b in zip(signs, exact_signs)]
        counts = sum(flips[:GENERATOR_RELUS]), sum(flips[GENERATOR_RELUS:])
        print(seed, *counts, *errors(rounded, exact), *errors(prescribed, exact), flush=True)


if __name__ == "__main__":
    main()
