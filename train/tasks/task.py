"""The interface of a trainable model: its network, its data, its loss, its validation.

To add a model, write a subclass of `Task[ITS_NETWORK]` in a file of this folder and name it in
`train.tasks.TASKS`; then `python -m train --model NAME` trains it. `autoencoder.py` is the shortest example.
A subclass

- names `network_class`, its `config_class`, and the settings that suit it (`presets`, `tiny_shape`);
- reads its pictures in `__init__`, makes the network there, and keeps pictures as plain attributes on the
  given device (not as buffers, which would go into every checkpoint);
- makes batches of them (`batches`), and from a batch the loss (`forward`);
- measures a network on pictures that it was not trained on (`validate`).

Everything else is the trainer's: optimizers, schedule, average of the weights, checkpoints that resume
exactly, several processes, bfloat16, log, weights and card.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from train.config import TrainConfig

Batch = tuple[Tensor, ...]
# `Task.presets` of models that are trained in minutes on one core
SHORT_RUN: dict[str, Any] = {
    "decay": 0.01,
    "warmup": 50,
    "floor": 0.0,
    "ema": 0.995,
    "half": True,
    "validate_every": 250,
}
Network = TypeVar("Network", bound=nn.Module)


class Validation(NamedTuple):
    """What a validation found.

    Attributes:
        figures: by the name of a set of pictures, then by the name of a measure, as a card holds them.
        examples: (N, 3, H, W) floats in [0, 1] by their caption, for TensorBoard.
    """

    figures: dict[str, dict[str, Any]]
    examples: dict[str, Tensor]


class Task(nn.Module, Generic[Network], ABC):
    """A network and all that its training needs to know of it.

    Modules that a subclass registers beside `network` are trained along with it and not published.

    Attributes:
        network_class: takes a `config_class` as its only argument.
        presets: values of settings in `TrainConfig` that suit this model, where the defaults do not.
        tiny_shape: `TrainConfig.shape` of a dry run.
        own_settings: names of settings that this model reads and not every model does.
        pictures_per_example: 2 if an example is a pair of pictures.
        hidden_matrices: names of the weights of hidden dense layers, which Muon trains as it does kernels.
        network: what is trained and published.
        data: a phrase on what it is trained on, for the card.
    """

    network_class: type[Network]
    config_class: ClassVar[type]
    presets: ClassVar[dict[str, Any]] = {}
    tiny_shape: ClassVar[str] = ""
    own_settings: ClassVar[tuple[str, ...]] = ()
    pictures_per_example: ClassVar[int] = 1
    hidden_matrices: ClassVar[tuple[str, ...]] = ()

    network: Network
    data: str

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        """Reads the data and makes the network; random numbers come from torch's generator, which is seeded.

        Args:
            config: the settings of the run.
            sources: `config.data`, and Tiny ImageNet if it was downloaded; none in a dry run without data.
            device: where the pictures have to be. The network is brought there afterwards.

        Raises:
            StegError: if the data cannot be used.
        """
        super().__init__()
        self.config, self.device = config, device

    @classmethod
    def network_config(cls, shape: str, **values: int) -> Any:
        """The network's config: its defaults, changed by `values`, then by `shape` ("width=48,depth=3").

        Raises:
            TypeError, ValueError: if there is no such field, or it is not a whole number.
        """
        pairs = (item.split("=") for item in shape.split(",") if item)
        return cls.config_class(**(values | {key.strip(): int(value) for key, value in pairs}))

    @abstractmethod
    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Endless random batches.

        Args:
            generator: of everything random, on the CPU. Its state is the only thing that a batch may depend
                on, as training resumes from it. Draw the random numbers of a whole batch, of
                `config.batch` examples, so that several processes see what one would.
            part: the examples of each batch that this process trains on.
        """

    @abstractmethod
    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of a batch, with a gradient.

        Args:
            batch: one of `batches`.
            step: of the training, from 0 on.

        Returns:
            The loss, and figures for the log by name, of any shape, of which the log shows the mean.
        """

    @abstractmethod
    def validate(self, network: Network) -> Validation:
        """Measures a network like `self.network`, in evaluation mode and without gradients."""

    def kernels(self) -> list[nn.Parameter]:
        """The parameters that Muon trains; AdamW trains the others."""
        return [
            p
            for name, p in self.named_parameters()
            if p.requires_grad and (p.ndim == 4 or name in self.hidden_matrices)
        ]

    def finish(self, network: Network) -> None:
        """Changes the network that is published, when all steps are done."""
