"""Opens the Steg web page: `python app.py`."""

import os
import signal
import sys
import tempfile

import steg
from steg import ui

if __name__ == "__main__":
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit()
    )  # lets the folder below be removed when a host stops us
    with tempfile.TemporaryDirectory(prefix="steg-", ignore_cleanup_errors=True) as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        ui.launch(ui.build(steg.load()), inbrowser=True)
