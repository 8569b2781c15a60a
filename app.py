"""Opens the Steg web page: `python app.py`."""

import os
import signal
import sys
import tempfile
from contextlib import suppress

with suppress(ImportError):  # on a Space it has to come before torch, which steg imports
    import spaces  # noqa: F401

from steg import ui
from steg.ui import loader

if __name__ == "__main__":
    # lets the folder below be removed when a host stops us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="steg-", ignore_cleanup_errors=True) as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        loader.method()  # the default one: now, not while the first visitor waits
        ui.launch(ui.build(), inbrowser=True)
