"""Stego or clean: every method's pictures against the very covers they were made from."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.classifier import Classifier, ClassifierConfig
from steg.networks.detector import Detector, DetectorConfig
from steg.weights import STEGO_OR_CLEAN
from train import data
from train.classify.config import ClassifyConfig
from train.evaluate.classification import auc, logits
from train.tasks.examples import EXAMPLES, keep_examples
from train.tasks.stego_pictures import kept_pictures
from train.tasks.task import Task

HELD_OUT = 16  # every so many of the covers is not trained on but measured during training


def task(config: ClassifyConfig, sources: list[Path]) -> Task:
    """The task for either network; arguments as in `train.classify.loop.train`.

    Raises:
        StegError: if the pictures cannot be read, or a method cannot be loaded.
    """
    if config.dry_run and not sources:
        pictures = data.generated(32, torch.Generator().manual_seed(config.seed))
    else:
        pictures, _ = data.load_all(sources)
    made = kept_pictures(config.stego, pictures, config.covers, config.seed)
    clean, stego = made.pop("clean"), torch.stack(list(made.values()))
    checked = torch.arange(len(clean)) % HELD_OUT == 0
    learnt = ~checked
    if config.model == STEGO_OR_CLEAN:
        network = Classifier(ClassifierConfig(examples=min(EXAMPLES, 2 * int(learnt.sum()))))
    else:
        network = Detector(DetectorConfig())
    generator = torch.Generator().manual_seed(config.seed)
    answers = torch.cat([torch.zeros(config.batch // 2), torch.ones(config.batch // 2)])
    clean_learnt, stego_learnt = clean[learnt], stego[:, learnt]

    def loss() -> Tensor:
        covers = torch.randint(len(clean_learnt), (config.batch // 2,), generator=generator)
        methods = torch.randint(len(stego), (config.batch // 2,), generator=generator)
        batch = torch.cat([clean_learnt[covers], stego_learnt[methods, covers]]).float() / 255
        batch = turned(batch, generator).contiguous(memory_format=torch.channels_last)
        return F.binary_cross_entropy_with_logits(network(batch), answers)

    def measure(network: nn.Module) -> dict[str, dict]:
        scores = logits(network, clean[checked]).numpy()
        return {
            "held-out training covers": {
                name: round(auc(scores, logits(network, pictures[checked]).numpy()), 3)
                for name, pictures in zip(made, stego, strict=True)
            }
        }

    def finish(network: nn.Module) -> None:
        if isinstance(network, Classifier):  # clean pictures, and each method's in turn
            numbers = torch.arange(len(clean_learnt))
            mixed = stego_learnt[numbers % len(stego), numbers]
            both = torch.arange(2 * len(numbers)).chunk(2)
            keep_examples(network, torch.cat([clean_learnt, mixed]), both)

    about = f"{len(clean_learnt):,} covers, and what each of {', '.join(made)} makes of them"
    return Task(network, loss, measure, about, finish=finish)


def turned(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Covers and stego pictures, turned and mirrored alike; nothing that would resample a pixel."""
    flips = torch.rand(3, generator=generator) < 0.5
    for flip, axes in zip(flips, ((3,), (2,)), strict=False):
        pictures = pictures.flip(axes) if flip else pictures
    return pictures.transpose(2, 3) if flips[2] else pictures
