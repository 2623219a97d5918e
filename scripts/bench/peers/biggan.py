"""The workloads biggan-64 and biggan-256 in PyTorch: whole iterations of a class-conditional BigGAN.

One iteration is four discriminator steps and one generator step with batch 64, 20 classes and 32x32 pictures,
Adam, spectral norm everywhere, and an exponential moving average of the generator (Brock et al., 2019).
"""

import argparse
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import spectral_norm

import lockstep

BATCH, CLASSES, LATENT, D_STEPS = 64, 20, 128, 4


def convolution(channels_in, channels_out, size=3):
    layer = nn.Conv2d(channels_in, channels_out, size, padding=size // 2)
    nn.init.normal_(layer.weight, std=0.02)
    return spectral_norm(layer, eps=1e-8)


def linear(features_in, features_out):
    layer = nn.Linear(features_in, features_out)
    nn.init.normal_(layer.weight, std=0.02)
    return spectral_norm(layer, eps=1e-8)


class ConditionalNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain = nn.Embedding(CLASSES, channels)
        self.bias = nn.Embedding(CLASSES, channels)
        nn.init.normal_(self.gain.weight, std=0.02)
        nn.init.normal_(self.bias.weight, std=0.02)

    def forward(self, x, y):
        gain = (1 + self.gain(y))[:, :, None, None]
        return self.norm(x) * gain + self.bias(y)[:, :, None, None]


class GeneratorBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = ConditionalNorm(channels), ConditionalNorm(channels)
        self.first, self.second = convolution(channels, channels), convolution(channels, channels)
        self.shortcut = convolution(channels, channels, 1)

    def forward(self, x, y):
        h = F.interpolate(F.relu(self.norm1(x, y)), scale_factor=2)
        h = self.second(F.relu(self.norm2(self.first(h), y)))
        return h + self.shortcut(F.interpolate(x, scale_factor=2))


class Generator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.linear = linear(LATENT, 16 * channels)
        self.blocks = nn.ModuleList(GeneratorBlock(channels) for _ in range(3))
        self.norm = nn.BatchNorm2d(channels)
        self.rgb = convolution(channels, 3)

    def forward(self, z, y):
        h = self.linear(z).view(-1, self.channels, 4, 4)
        for block in self.blocks:
            h = block(h, y)
        return torch.tanh(self.rgb(F.relu(self.norm(h))))


class DiscriminatorBlock(nn.Module):
    def __init__(self, channels_in, channels_out, activates_first, halves):
        super().__init__()
        self.first = convolution(channels_in, channels_out)
        self.second = convolution(channels_out, channels_out)
        self.shortcut = convolution(channels_in, channels_out, 1) if halves else nn.Identity()
        self.activates_first = activates_first
        self.halves = halves

    def forward(self, x):
        h = self.first(F.relu(x) if self.activates_first else x)
        h = self.second(F.relu(h))
        if not self.halves:
            return h + x
        # The first block pools before its shortcut's convolution, the second after it.
        if self.activates_first:
            return F.avg_pool2d(h, 2) + F.avg_pool2d(self.shortcut(x), 2)
        return F.avg_pool2d(h, 2) + self.shortcut(F.avg_pool2d(x, 2))


class Discriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.blocks = nn.Sequential(
            DiscriminatorBlock(3, channels, False, True),
            DiscriminatorBlock(channels, channels, True, True),
            DiscriminatorBlock(channels, channels, True, False),
            DiscriminatorBlock(channels, channels, True, False),
        )
        self.linear = linear(channels, 1)
        self.embedding = nn.Embedding(CLASSES, channels)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.embedding = spectral_norm(self.embedding, eps=1e-8)

    def forward(self, x, y):
        features = F.relu(self.blocks(x)).sum((2, 3))
        return self.linear(features) + (self.embedding(y) * features).sum(1, keepdim=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=64, help="of both networks (default: 64)")
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory (default: NCHW)")
    parser.add_argument("--device", default="cpu", help="cpu (the default), cuda or cuda:N; others than cpu need PyTorch 2")
    arguments = parser.parse_args()
    synchronise = lockstep.use(arguments.device)
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    torch.manual_seed(1)

    generator = Generator(arguments.channels).to(memory_format=layout)
    discriminator = Discriminator(arguments.channels).to(memory_format=layout)
    average = copy.deepcopy(generator)
    g_adam = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.0, 0.999))
    d_adam = torch.optim.Adam(discriminator.parameters(), lr=1e-4, betas=(0.0, 0.999))
    images = (2 * torch.rand(D_STEPS, BATCH, 3, 32, 32) - 1)
    images = [part.contiguous(memory_format=layout) for part in images]
    labels = torch.randint(CLASSES, (D_STEPS, BATCH))

    def discriminator_step(real, real_y):
        z, y = torch.randn(BATCH, LATENT), torch.randint(CLASSES, (BATCH,))
        with torch.no_grad():
            fake = generator(z, y)
        d_adam.zero_grad(set_to_none=True)
        logits = discriminator(torch.cat([fake, real]), torch.cat([y, real_y]))
        loss = F.relu(1 - logits[BATCH:]).mean() + F.relu(1 + logits[:BATCH]).mean()
        loss.backward()
        d_adam.step()
        return loss.item()

    def generator_step():
        z, y = torch.randn(BATCH, LATENT), torch.randint(CLASSES, (BATCH,))
        g_adam.zero_grad(set_to_none=True)
        discriminator.requires_grad_(False)
        loss = -discriminator(generator(z, y), y).mean()
        loss.backward()
        discriminator.requires_grad_(True)
        g_adam.step()
        return loss.item()

    @torch.no_grad()
    def follow():
        for name, value in generator.state_dict().items():
            kept = average.state_dict()[name]
            if value.dtype.is_floating_point:
                kept.lerp_(value, 1e-4)
            else:
                kept.copy_(value)

    def iteration():
        for k in range(D_STEPS):
            discriminator_step(images[k], labels[k])
        generator_step()
        follow()

    lockstep.serve(iteration, synchronise)


if __name__ == "__main__":
    main()
