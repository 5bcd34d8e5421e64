"""What processes have used, as Linux tells it in ``/proc``."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
PARENT, USER, CHILDREN_SYSTEM = 1, 11, 14  # fields of /proc/<pid>/stat, counted from the state


def tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children[int(fields[PARENT])].append(int(folder.name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def cpu_seconds(root: int) -> float:
    """Return the CPU time of a process tree, children that have ended included."""
    ticks = 0
    for pid in tree(root):
        ticks += sum(map(int, _stat(pid)[USER : CHILDREN_SYSTEM + 1]))
    return ticks / TICKS


def resident_bytes(root: int) -> list[int]:
    """Return the resident memory of each child of a process: the workers of a server."""
    sizes = []
    for pid in tree(root)[1:]:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:  # it has ended meanwhile
            continue
        sizes += [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")]
    return sizes


def _stat(pid: int) -> list[str]:
    """Return the fields after the name of the program, which may hold spaces; none if the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
