"""Property tests of hostile pictures with many random examples: `python tests/fuzz.py EXAMPLES`."""

import os
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
TESTS = "test_hostile_pictures.py", "methods/test_hostile_containers.py"

if __name__ == "__main__":
    os.environ["STEG_EXAMPLES"] = sys.argv[1] if len(sys.argv) > 1 else "1000"
    files = [str(FOLDER / name) for name in TESTS]
    sys.exit(pytest.main(["-p", "no:cacheprovider", "--hypothesis-profile=random", *files]))
