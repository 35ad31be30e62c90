"""How much memory a process takes; by itself, so that measuring a small process does not make it large."""

import resource
from pathlib import Path

_PAGE_BYTES = resource.getpagesize()


def memory_mb() -> dict[str, float]:
    """Resident memory of this process, now and at its highest so far, in megabytes (10^6 bytes)."""
    resident_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"resident_mb": resident_pages * _PAGE_BYTES / 1e6, "peak_mb": peak_kib * 1024 / 1e6}
