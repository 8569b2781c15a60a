"""Options of `python -m train` -> `TrainConfig`: what is named there, else what suits the model."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from train.config import TrainConfig
from train.tasks import TASKS

DRY_RUN = {"steps": 6, "batch": 4, "warmup": 2, "ema": 0.5, "validate_every": 3}
DRY_RUN |= {"pairs": 4, "covers": 4, "sheets": 2}
METAVARS = {int: "N", float: "X", str: "TEXT"}
SPECIFIC = {name for task in TASKS.values() for name in task.own_settings}  # not of every model


def configure(model: str = TrainConfig.model, **given: Any) -> TrainConfig:
    """The settings of a run: those given; with `dry_run`, tiny sizes; else the presets of the model."""
    task = TASKS[model]
    sizes = DRY_RUN | {"shape": task.tiny_shape} if given.get("dry_run") else {}
    return TrainConfig(model=model, **(task.presets | sizes | given))


def config_from_command_line(arguments: list[str] | None = None) -> TrainConfig:
    """Parses the options, those of the model that is named. Exits with a sentence if one is wrong."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--model", default=TrainConfig.model)
    model = first.parse_known_args(arguments)[0].model
    parser = _parser(model if model in TASKS else TrainConfig.model)
    given = vars(parser.parse_args(arguments))
    if "data" in given:
        given["data"] = tuple(given["data"])
    config = configure(**given)
    try:
        TASKS[config.model].network_config(config.shape)
    except (TypeError, ValueError):
        parser.error(f"--shape {config.shape!r} does not fit {config.model}; write it as 'width=48,depth=3'")
    if not (config.data or config.download or config.dry_run):
        parser.error("name the data with --data, or add --download or --dry-run")
    return config


def _parser(model: str) -> argparse.ArgumentParser:
    """A parser with an option for each setting of a model."""
    parser = argparse.ArgumentParser(
        prog="python -m train",
        description=f"Train one of Steg's networks. These are the options and defaults of {model}; "
        "--model NAME --help shows those of another one.",
        allow_abbrev=False,
    )
    defaults = configure(model)
    for field in dataclasses.fields(TrainConfig):
        if field.name in SPECIFIC and field.name not in TASKS[model].own_settings:
            continue
        options: dict[str, Any]
        default, text = getattr(defaults, field.name), field.metadata["help"]
        if field.type is bool:
            options = {"action": "store_true"}
            text += f" (always for {model})" if default else ""
        elif field.name == "model":
            options = {"choices": list(TASKS), "metavar": "NAME"}
            text += f": {', '.join(TASKS)} (default: {TrainConfig.model})"
        elif field.name == "data":
            options = {"action": "append", "type": Path, "metavar": "PATH"}
        elif field.type in METAVARS:
            options = {"type": field.type, "metavar": METAVARS[field.type]}
            text += "" if default == "" else f" (default: {default})"
        else:
            options = {"type": Path, "metavar": "PATH"}
        option = "--" + field.name.replace("_", "-")
        parser.add_argument(option, default=argparse.SUPPRESS, help=text, **options)
    return parser
