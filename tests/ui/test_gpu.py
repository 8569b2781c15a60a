"""On a Space the page borrows a GPU for each call. `spaces` exists only there; here is a stand-in."""

import os
import subprocess
import sys
from pathlib import Path

from steg.ui.gpu import device, on_gpu

ROOT = Path(__file__).parents[2]
STAND_IN = "borrowed = []\ndef GPU(function):\n    borrowed.append(function.__name__)\n    return function\n"


def test_elsewhere_nothing_is_borrowed():
    assert on_gpu(len) is len
    assert device() in ("cpu", "cuda")


def test_on_a_space_all_that_uses_the_network_is_borrowed_for(tmp_path):
    (tmp_path / "spaces.py").write_text(STAND_IN)
    script = "import app, spaces; print(*sorted(spaces.borrowed))"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    borrowed = "attack_all compare hide hide_and_reveal hide_ours look reveal show show_at_work show_noise"
    assert done.stdout.strip() == borrowed, done.stderr
