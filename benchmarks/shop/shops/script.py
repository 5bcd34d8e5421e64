"""A bound for the checkout: a script that sends the statements itself, on our store's tables."""

from __future__ import annotations

import json
import subprocess

import processes
from client import WrongAnswer
from database import Database
from environments import python_of
from timing import Sample, sample

from shops.base import FOLDER, PROJECTS


class Script:
    """The script. It has no server: each round is a process of its own, whose start is not counted."""

    name = "script"
    title = "raw script"

    def __init__(self, database: Database, size: int) -> None:
        self.database, self.size = database, size

    def measure(self, count: int) -> Sample:
        """Buy carts, and return what that has cost.

        Raises:
            WrongAnswer: If the script ends early.
        """
        arguments = [str(self.database.port), "bench_store", str(count), str(self.size)]
        command = [str(python_of("store")), str(PROJECTS / "script" / "checkout.py"), *arguments]
        with subprocess.Popen(
            command, env={"PYTHONPATH": str(FOLDER)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as script:
            if script.stdin is None or script.stdout is None or script.stdout.readline() != "ready\n":
                raise WrongAnswer("the script has failed")
            before = processes.cpu_seconds(self.database.pid)
            script.stdin.write("\n")
            script.stdin.flush()
            told = json.loads(script.stdout.readline())
            after = processes.cpu_seconds(self.database.pid)
            script.stdin.write("\n")
        return sample(told["times"], sum(told["times"]), told["cpu"], after - before)
