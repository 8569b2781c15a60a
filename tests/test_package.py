"""The package: what its metadata promises, what it imports, and its version."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import steg

ROOT = Path(__file__).parents[1]
tomllib = pytest.importorskip("tomllib")  # of Python 3.11 and newer
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def requirements(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {line for line in lines if line and not line.startswith("-r")}


def test_the_requirements_files_and_the_package_name_the_same_versions():
    of_app = {*PROJECT["dependencies"], *EXTRAS["app"]}
    of_train = set(EXTRAS["train"])
    assert requirements("requirements.txt") - of_train == of_app
    assert of_train <= requirements("requirements.txt") | requirements("requirements-dev.txt")


def imported(file: Path) -> set[str]:
    """Top-level names of the modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_library_imports_its_dependencies_and_nothing_else():
    library = [file for file in (ROOT / "steg").rglob("*.py") if "ui" not in file.parts]
    names = set.union(*map(imported, library)) - sys.stdlib_module_names - {"steg"}
    declared = {re.split("[>=<]", requirement)[0] for requirement in PROJECT["dependencies"]}
    optional = {"pillow_heif"}  # of an extra
    assert names - optional == {"PIL" if name == "pillow" else name for name in declared}


def test_the_version_is_said():
    assert re.fullmatch(r"\d+\.\d+\.\d+", steg.__version__)
    done = subprocess.run(
        [sys.executable, "-m", "steg", "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == f"steg {steg.__version__}\n"
