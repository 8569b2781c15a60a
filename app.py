"""Opens the Steg web page: `python app.py`."""

import steg
from steg import ui

if __name__ == "__main__":
    ui.launch(ui.build(steg.load()), inbrowser=True)
