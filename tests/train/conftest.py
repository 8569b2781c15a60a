"""What the tests of the trainer share."""

import pytest
from accelerate.state import AcceleratorState


@pytest.fixture(autouse=True)
def fresh_accelerator():
    """Accelerate keeps its first settings for as long as the process lives."""
    AcceleratorState._reset_state(reset_partial_state=True)
