"""Peak memory of a stretch of work in this process."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Peak:
    """Resident memory in MiB at its highest, known once the stretch is over."""

    mib: int = 0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Measures what runs inside. Where the system cannot forget earlier peaks (not Linux), they count too."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM, see proc(5)
    except OSError:
        pass
    peak = Peak()
    yield peak
    try:
        status = Path("/proc/self/status").read_text()
        peak.mib = int(status.split("VmHWM:")[1].split()[0]) // 1024
    except OSError:
        peak.mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
