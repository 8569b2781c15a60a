"""Entry point of `python -m steg`."""

import sys

from steg.cli import main

sys.exit(main())
