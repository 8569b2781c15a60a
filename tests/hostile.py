"""How many examples the property tests of hostile pictures take: few, or as many as `fuzz.py` asks for."""

import os

from hypothesis import settings


def examples(few: int) -> settings:
    """The settings of a test that takes `few` examples in the suite."""
    return settings(max_examples=int(os.environ.get("STEG_EXAMPLES", few)))
