"""Options of the trainer: which there are, and what becomes of them."""

import shlex
from pathlib import Path

import pytest

from steg.methods import METHODS
from steg.weights import DETECTOR, POSTFILTER, RESTORATION, STEGO_OR_CLEAN, card_of
from train.__main__ import main
from train.command_line import config_from_command_line, configure
from train.config import TrainConfig
from train.tasks import TASKS


def test_options_become_the_config():
    config = config_from_command_line(["--data", "x.zip", "--data", "photos", "--steps", "7", "--bf16"])
    assert config == TrainConfig(data=(Path("x.zip"), Path("photos")), steps=7, bf16=True)


def test_a_models_presets_give_way_to_a_dry_runs_sizes_and_both_to_options():
    presets = TASKS["autoencoder"].presets
    options = ["--model", "autoencoder", "--data", "x.zip", "--batch", "7"]
    config = config_from_command_line(options)
    assert (config.steps, config.lr, config.batch) == (presets["steps"], presets["lr"], 7)
    tiny = config_from_command_line([*options, "--dry-run"])
    assert tiny.steps < 10 and (tiny.lr, tiny.batch) == (presets["lr"], 7)


@pytest.mark.parametrize("model", TASKS)
def test_help_shows_a_models_own_settings_and_defaults(capsys, model):
    with pytest.raises(SystemExit) as stop:
        config_from_command_line(["--model", model, "--help"])
    text = "".join(capsys.readouterr().out.split())  # lines are wrapped, at hyphens too
    assert stop.value.code == 0 and f"optionsanddefaultsof{model};" in text
    assert f"optimizersteps(default:{configure(model).steps})" in text
    assert ("--photosPATH" in text) == (model in (*METHODS, POSTFILTER, RESTORATION))
    assert ("--stegoPATH" in text) == (model in (DETECTOR, STEGO_OR_CLEAN))


@pytest.mark.parametrize("name", TASKS)
def test_the_command_in_a_card_is_one_that_the_trainer_takes(name):
    training = card_of(name)["training"]
    while training:
        if "trainer" not in training:  # which names the commit whose trainer was used
            program, arguments = training["command"].split(" --", 1)
            assert program == "python -m train"
            config = config_from_command_line(shlex.split(f"--{arguments}"))
            assert (config.model, config.batch) == (name, training["batch"])
        training = training.get("started_from")


def test_the_shape_of_the_network_can_be_given():
    config = config_from_command_line(["--dry-run", "--shape", "width=16"])
    assert TASKS["predictive"].network_config(config.shape).width == 16


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "name the data with --data"),
        (["--dry-run", "--shape", "height=3"], "--shape 'height=3' does not fit predictive"),
        (["--dry-run", "--shape", "width"], "--shape 'width' does not fit predictive"),
        (["--dry-run", "--model", "magic"], "invalid choice: 'magic'"),
        (["--dry-run", "--model", "cat-or-dog", "--photos", "x"], "unrecognized arguments: --photos"),
    ],
)
def test_wrong_options_end_in_a_sentence(capsys, wrong, sentence):
    with pytest.raises(SystemExit):
        config_from_command_line(wrong)
    assert sentence in capsys.readouterr().err


def test_trouble_with_the_data_ends_in_a_sentence(tmp_path, capsys):
    assert main(["--model", "cat-or-dog", "--data", str(tmp_path / "none.zip")]) == 2
    error = capsys.readouterr().err
    assert "none.zip does not exist" in error and error.startswith("train: ")
