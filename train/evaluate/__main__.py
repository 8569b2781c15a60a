"""Command line: `python -m train.evaluate FOLDER ...`, which measures methods."""

import sys

from train.evaluate.methods import main

sys.exit(main())
