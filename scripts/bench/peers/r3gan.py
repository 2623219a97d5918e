"""The workload r3gan-96 in PyTorch: whole iterations of R3GAN with 96 channels, as published for CIFAR-10 otherwise.

One iteration is a discriminator step with R1 and R2 by double backprop and a generator step, with batch 64, 20 classes
and 32x32 pictures, the relativistic loss, Adam, and an exponential moving average of the generator (Huang et al.,
2024). Without augmentation.
"""

import argparse
import copy
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

import lockstep

BATCH, CLASSES, LATENT, BLOCKS, GROUP = 64, 20, 64, 2, 16
SIDES = (4, 8, 16, 32)
GAMMA = 0.05


def scaled(layer, gain=1.0):
    fan_in = layer.weight[0].numel()
    nn.init.normal_(layer.weight, std=gain / math.sqrt(fan_in))
    return layer


class Activation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        return F.leaky_relu(x + self.bias, 0.2)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        inner = 2 * channels
        gain = math.sqrt(2 / 1.04) * (BLOCKS * len(SIDES)) ** -0.25
        self.layers = nn.Sequential(
            scaled(nn.Conv2d(channels, inner, 1, bias=False), gain),
            Activation(inner),
            scaled(nn.Conv2d(inner, inner, 3, padding=1, groups=inner // GROUP, bias=False), gain),
            Activation(inner),
            scaled(nn.Conv2d(inner, channels, 1, bias=False), 0),
        )

    def forward(self, x):
        return x + self.layers(x)


class Filter(nn.Module):
    """Doubles or halves pictures by [1, 3, 3, 1] in both directions."""

    def __init__(self, channels, doubles):
        super().__init__()
        row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
        kernel = torch.outer(row, row) * (4 if doubles else 1)
        self.register_buffer("kernel", kernel.expand(channels, 1, 4, 4).contiguous())
        self.channels, self.doubles = channels, doubles

    def forward(self, x):
        # One pass either way: a transposed convolution inserts the zeros itself.
        convolution = F.conv_transpose2d if self.doubles else F.conv2d
        return convolution(x, self.kernel, stride=2, padding=1, groups=self.channels)


def stage(channels):
    return [Block(channels) for _ in range(BLOCKS)]


class Generator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.embedding = scaled(nn.Linear(CLASSES, 64, bias=False))
        self.linear = scaled(nn.Linear(LATENT + 64, channels, bias=False))
        self.picture = nn.Parameter(torch.randn(1, channels, 4, 4))
        layers = stage(channels)
        for _ in SIDES[1:]:
            layers += [Filter(channels, True), *stage(channels)]
        self.layers = nn.Sequential(*layers, scaled(nn.Conv2d(channels, 3, 1, bias=False)))

    def forward(self, z, y):
        scales = self.linear(torch.cat([z, self.embedding(y)], 1))
        return self.layers(self.picture * scales[:, :, None, None])


class Discriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        layers = [scaled(nn.Conv2d(3, channels, 1, bias=False))]
        for _ in SIDES[1:]:
            layers += [*stage(channels), Filter(channels, False)]
        last = scaled(nn.Conv2d(channels, channels, 4, groups=channels, bias=False))
        self.layers = nn.Sequential(*layers, *stage(channels), last)
        self.linear = scaled(nn.Linear(channels, channels, bias=False))
        self.embedding = scaled(nn.Linear(CLASSES, channels, bias=False), channels**-0.5)

    def forward(self, x, y):
        return (self.linear(self.layers(x).flatten(1)) * self.embedding(y)).sum(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=96, help="of both networks (default: 96)")
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory (default: NCHW)")
    parser.add_argument("--device", default="cpu", help="cpu (the default), cuda or cuda:N; others than cpu need PyTorch 2")
    arguments = parser.parse_args()
    synchronise = lockstep.use(arguments.device)
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    torch.manual_seed(1)

    generator = Generator(arguments.channels).to(memory_format=layout)
    discriminator = Discriminator(arguments.channels).to(memory_format=layout)
    average = copy.deepcopy(generator)
    g_adam = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.0, 0.9))
    d_adam = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.0, 0.9))
    images = (2 * torch.rand(BATCH, 3, 32, 32) - 1).contiguous(memory_format=layout)
    labels = F.one_hot(torch.randint(CLASSES, (BATCH,)), CLASSES).float()

    def latents():
        return torch.randn(BATCH, LATENT), F.one_hot(torch.randint(CLASSES, (BATCH,)), CLASSES).float()

    def discriminator_step():
        z, y = latents()
        with torch.no_grad():
            fake = generator(z, y)
        d_adam.zero_grad(set_to_none=True)
        both = torch.cat([images, fake]).requires_grad_()
        logits = discriminator(both, torch.cat([labels, y]))
        (gradient,) = torch.autograd.grad(logits.sum(), both, create_graph=True)
        penalty = GAMMA / 2 * gradient.square().sum() / BATCH
        loss = F.softplus(logits[BATCH:] - logits[:BATCH]).mean() + penalty
        loss.backward()
        d_adam.step()
        return loss.item()

    def generator_step():
        z, y = latents()
        g_adam.zero_grad(set_to_none=True)
        discriminator.requires_grad_(False)
        with torch.no_grad():
            real = discriminator(images, labels)
        loss = F.softplus(real - discriminator(generator(z, y), y)).mean()
        loss.backward()
        discriminator.requires_grad_(True)
        g_adam.step()
        return loss.item()

    @torch.no_grad()
    def follow():
        for kept, value in zip(average.parameters(), generator.parameters()):
            kept.lerp_(value, 1e-3)

    def iteration():
        discriminator_step()
        generator_step()
        follow()

    lockstep.serve(iteration, synchronise)


if __name__ == "__main__":
    main()
