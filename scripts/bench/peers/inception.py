"""The workload inception in PyTorch: features of 32 pictures of 32x32 by the Inception-v3 variant of FID.

Pictures are resized to 299x299; every convolution is followed by batch norm and a ReLU; the weights are random.
"""

import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F

import lockstep

BATCH, SIZE, INPUT_SIZE = 32, 32, 299


class Unit(nn.Module):
    """A convolution without bias, batch norm with fixed statistics, a ReLU."""

    def __init__(self, channels_in, channels_out, kernel, stride=1, padding=0):
        super().__init__()
        self.convolution = nn.Conv2d(
            channels_in, channels_out, kernel, stride=stride, padding=padding, bias=False
        )
        self.norm = nn.BatchNorm2d(channels_out, eps=0.001)

    def forward(self, x):
        return F.relu(self.norm(self.convolution(x)), inplace=True)


def chain(channels, *units):
    """Units one after the other; each is (channels, kernel[, stride[, padding]])."""
    layers = []
    for out, kernel, *rest in units:
        if not rest and kernel != 1:
            kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
            rest = [1, (kernel[0] // 2, kernel[1] // 2)]
        layers.append(Unit(channels, out, kernel, *rest))
        channels = out
    return nn.Sequential(*layers)


class Average(nn.Module):
    """The 3x3 mean of the pixels that are there, then a 1x1 unit."""

    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.unit = Unit(channels_in, channels_out, 1)

    def forward(self, x):
        return self.unit(F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False))


class Branches(nn.Module):
    """All branches on the same input, joined by their channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def block_a(channels, pooled):
    return Branches(
        chain(channels, (64, 1)),
        chain(channels, (48, 1), (64, 5)),
        chain(channels, (64, 1), (96, 3), (96, 3)),
        Average(channels, pooled),
    )


def block_b(channels):
    return Branches(
        chain(channels, (384, 3, 2, 0)),
        chain(channels, (64, 1), (96, 3), (96, 3, 2, 0)),
        nn.MaxPool2d(3, 2),
    )


def block_c(c):
    wide, high = (1, 7), (7, 1)
    return Branches(
        chain(768, (192, 1)),
        chain(768, (c, 1), (c, wide), (192, high)),
        chain(768, (c, 1), (c, high), (c, wide), (c, high), (192, wide)),
        Average(768, 192),
    )


def block_d():
    return Branches(
        chain(768, (192, 1), (320, 3, 2, 0)),
        chain(768, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2, 0)),
        nn.MaxPool2d(3, 2),
    )


def split(channels, *units):
    """Units, then 1x3 and 3x1 next to each other."""
    last = units[-1][0]
    return nn.Sequential(
        chain(channels, *units),
        Branches(chain(last, (384, (1, 3))), chain(last, (384, (3, 1)))),
    )


def block_e(channels, pool):
    return Branches(
        chain(channels, (320, 1)),
        split(channels, (384, 1)),
        split(channels, (448, 1), (384, 3)),
        pool,
    )


def network():
    return nn.Sequential(
        chain(3, (32, 3, 2, 0), (32, 3, 1, 0), (64, 3)),
        nn.MaxPool2d(3, 2),
        chain(64, (80, 1), (192, 3, 1, 0)),
        nn.MaxPool2d(3, 2),
        block_a(192, 32),
        block_a(256, 64),
        block_a(288, 64),
        block_b(288),
        block_c(128),
        block_c(160),
        block_c(160),
        block_c(192),
        block_d(),
        block_e(1280, Average(1280, 192)),
        block_e(2048, nn.Sequential(nn.MaxPool2d(3, 1, 1), Unit(2048, 192, 1))),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory (default: NCHW)")
    arguments = parser.parse_args()
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    torch.manual_seed(1)

    features = network().eval().to(memory_format=layout)
    classes = nn.Linear(2048, 1008, bias=False)
    pictures = torch.randint(256, (BATCH, 3, SIZE, SIZE), dtype=torch.uint8)

    @torch.no_grad()
    def iteration():
        x = F.interpolate(pictures.float(), (INPUT_SIZE, INPUT_SIZE), mode="bilinear")
        x = ((x - 128) / 128).contiguous(memory_format=layout)
        pooled = features(x).mean((2, 3))
        return pooled, classes(pooled)

    lockstep.serve(iteration)


if __name__ == "__main__":
    main()
