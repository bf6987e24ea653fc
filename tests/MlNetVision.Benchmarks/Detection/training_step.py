"""A training step in PyTorch, for the benchmark training-vs-pytorch: the network 'small' on a batch of 8 images of 320x320.

Reads a line, runs a step (forward, all gradients), prints its milliseconds; at the end of its input prints its peak memory in MiB.
"""
import resource
import sys
import time

import torch

threads, steps_of = int(sys.argv[1]), [(16, 2), (32, 2), (64, 2), (128, 2), (128, 1), (192, 1), (192, 1)]
torch.set_num_threads(threads)
torch.manual_seed(1)
layers, channels = [], 3
for filters, pool in steps_of:
    layers += [torch.nn.Conv2d(channels, filters, 3, padding=1, bias=False), torch.nn.BatchNorm2d(filters), torch.nn.LeakyReLU(0.1, inplace=True)]
    if pool > 1:
        layers.append(torch.nn.MaxPool2d(pool))
    channels = filters
network = torch.nn.Sequential(*layers, torch.nn.Conv2d(channels, 40, 1))
images = torch.rand(8, 3, 320, 320)
print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads; " + " ".join(
    line.strip() for line in torch.__config__.show().splitlines() if "BLAS" in line)[:200], flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    network.zero_grad(set_to_none=True)
    output = network(images)
    if line.strip() == "step":
        (output ** 2).mean().backward()
    print(f"{(time.perf_counter() - start) * 1000:.3f}", flush=True)
print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}", flush=True)
