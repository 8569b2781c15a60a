"""Entry point of `python -m steg`."""

import sys

from steg.cli import main

if __name__ == "__main__":  # the processes of a batch import this module under another name
    sys.exit(main())
