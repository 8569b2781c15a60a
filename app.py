"""Opens the Steg web page: `python app.py`."""

import signal
import sys
from contextlib import suppress

try:
    with suppress(ImportError):  # on a Space it has to come before torch, which steg imports
        import spaces  # noqa: F401

    from steg import ui
    from steg.ui import processes, times, uploads
except KeyboardInterrupt:  # torch takes seconds
    sys.exit(128 + signal.SIGINT)

if __name__ == "__main__":
    # lets the folder below be removed when a host stops us, or the terminal is closed
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: sys.exit())
    with suppress(KeyboardInterrupt), uploads.folder(), processes.running():
        times.measure_in_background()
        ui.launch(ui.build(), inbrowser=True)
