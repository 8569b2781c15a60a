"""Opens the Steg web page: `python app.py`."""

import os
import signal
import sys
import tempfile
from contextlib import suppress

with suppress(ImportError):  # on a Space it has to come before torch, which steg imports
    import spaces  # noqa: F401

import steg
from steg import ui

if __name__ == "__main__":
    # lets the folder below be removed when a host stops us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="steg-", ignore_cleanup_errors=True) as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        ui.launch(ui.build(steg.load(device=ui.gpu.device())), inbrowser=True)
