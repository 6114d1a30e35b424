"""What the benchmark ran on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")
_THREADS = "OPENBLAS_NUM_THREADS"


def machine() -> str:
    """Return processor, number of cores, system, and how many threads linear algebra may use."""
    threads = os.environ.get(_THREADS, "all")
    cores = os.cpu_count() or 1
    return f"{_processor()}, {cores} cores, {platform.system()}, BLAS threads: {threads}"


def _processor() -> str:
    """Return the name of the processor, or its architecture where the system does not say it."""
    if _CPU_INFO.is_file():
        for line in _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
