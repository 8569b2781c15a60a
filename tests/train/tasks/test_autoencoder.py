"""The autoencoder: where its training starts, what is open of its bottleneck, and that it learns."""

import torch

from steg.networks.autoencoder import Autoencoder, AutoencoderConfig
from steg.weights import read_card
from train import data
from train.command_line import configure
from train.loop import train
from train.tasks.autoencoder import start_at_principal_components, widths


def test_training_improves_on_principal_components(tmp_path):
    figures = {}
    for steps in (1, 60):
        settings = {"dry_run": True, "threads": 1, "out": tmp_path / str(steps), "steps": steps}
        path = train(configure("autoencoder", validate_every=1000, **settings))
        figures[steps] = read_card(path.with_suffix(".json"))["figures"]["tiny-imagenet-val"]
    assert figures[60]["psnr_at_16"] > figures[1]["psnr_at_16"] + 2


def test_the_autoencoder_starts_at_principal_components():
    """At full rank nothing is lost; below, each further channel helps, and the first ones most."""
    pictures = data.generated(40, torch.Generator().manual_seed(0))
    network = Autoencoder(AutoencoderConfig(channels=192, width=192, depth=1)).eval()
    start_at_principal_components(network, pictures)
    x, errors = pictures[:10].float() / 255, []
    with torch.no_grad():
        for kept in (1, 3, 8, 192):
            errors.append((network(x, torch.full((10,), kept)) - x).square().mean().item())
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-9
    assert errors[1] < x.var() / 4  # about the mean of each colour


def test_all_widths_of_the_bottleneck_are_trained():
    found = widths(torch.linspace(0, 0.9999, 1000), 64)
    assert found.min() == 1 and found.max() == 64
    assert (found <= 8).float().mean() > 0.4
