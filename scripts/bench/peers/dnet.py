"""The workload dnet in PyTorch: gradients of a residual discriminator's hinge loss.

64 pictures of 32x32, 128 channels, four blocks of which the first two halve the size; no spectral norm.
"""

import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F

import lockstep

BATCH, SIZE, CHANNELS = 64, 32, 128


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, activates_first, halves):
        super().__init__()
        self.first = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.second = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        self.shortcut = nn.Conv2d(channels_in, channels_out, 1) if halves else nn.Identity()
        self.activates_first = activates_first
        self.halves = halves

    def forward(self, x):
        h = self.first(F.relu(x) if self.activates_first else x)
        h = self.second(F.relu(h))
        shortcut = self.shortcut(x)
        return F.avg_pool2d(h, 2) + F.avg_pool2d(shortcut, 2) if self.halves else h + shortcut


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory (default: NCHW)")
    arguments = parser.parse_args()
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    torch.manual_seed(1)

    blocks = nn.Sequential(
        Block(3, CHANNELS, False, True),
        Block(CHANNELS, CHANNELS, True, True),
        Block(CHANNELS, CHANNELS, True, False),
        Block(CHANNELS, CHANNELS, True, False),
    ).to(memory_format=layout)
    linear = nn.Linear(CHANNELS, 1, bias=False)
    parameters = list(blocks.parameters()) + list(linear.parameters())
    images = torch.randn(BATCH, 3, SIZE, SIZE).contiguous(memory_format=layout)

    def iteration():
        logits = linear(F.relu(blocks(images)).sum((2, 3)))
        torch.autograd.grad(F.relu(1 - logits).mean(), parameters)

    lockstep.serve(iteration)


if __name__ == "__main__":
    main()
