"""What the training loop needs to know of one of the networks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor, nn


@dataclass
class Task:
    """One network to train.

    Attributes:
        network: what is published.
        loss: the loss of a new random batch, by the weights as they are.
        measure: figures of a network on pictures it was not trained on, by the name of those pictures.
        pictures: a sentence on what it is trained on, for the card.
        helper: trained along with the network, not published.
        finish: last touches to the network that is published.
    """

    network: nn.Module
    loss: Callable[[], Tensor]
    measure: Callable[[nn.Module], dict[str, dict]]
    pictures: str
    helper: nn.Module = field(default_factory=nn.Module)
    finish: Callable[[nn.Module], None] = lambda network: None
