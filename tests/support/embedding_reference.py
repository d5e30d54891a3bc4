#!/usr/bin/python3
"""Prints the values that tests/unit/model/embedding_layer_test.cpp expects, from PyTorch.

Needs Debian's python3-torch; the values in the test were printed by PyTorch 1.13.
"""

import torch
from torch import nn

MATRIX = torch.tensor([[0.5, -1.5, 2.5], [3.5, 4.5, -5.5], [6.5, 7.5, 8.5], [-9.5, 10.5, 11.5],
                       [0.25, 0.5, 0.75]])
ROWS = torch.tensor([0, 1, 4, 1, 2, 3])
OFFSETS = torch.tensor([0, 3, 3, 4])
WEIGHTS = torch.tensor([1.0, 2.0, -3.0, 0.5, 0.25, 4.0])


def show(name, values):
    print(name, [f"{value:.8g}" for value in values.flatten().tolist()])


def main():
    for norm_type in (2.0, 1.0, float("inf")):
        layer = nn.Embedding.from_pretrained(MATRIX.clone(), padding_idx=1, max_norm=2.0,
                                             norm_type=norm_type)
        show(f"max_norm {norm_type}", layer(ROWS[:3]))
    for mode in ("sum", "mean", "max"):
        bag = nn.EmbeddingBag.from_pretrained(MATRIX.clone(), mode=mode, padding_idx=1)
        show(mode, bag(ROWS, OFFSETS))
    bag = nn.EmbeddingBag.from_pretrained(MATRIX.clone(), mode="sum", padding_idx=1)
    show("weighted", bag(ROWS, OFFSETS, per_sample_weights=WEIGHTS))
    bag = nn.EmbeddingBag.from_pretrained(MATRIX.clone(), mode="mean", max_norm=2.0)
    show("mean, max_norm", bag(ROWS, OFFSETS))


if __name__ == "__main__":
    main()
