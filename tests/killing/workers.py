"""The processes that send: started, killed at moments drawn from a seed, and started again until all is done."""

import math
import multiprocessing
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from tests.killing import ledger
from tests.killing.sending import STOPPED_BY_ITSELF, run_once

LOOK_SECONDS = 0.002
EARLY = 0.25  # the share of kills that come while a run still selects, writes and plans
EARLY_SECONDS = 0.8
LATE_SECONDS = 0.05  # between a post that was waited for and the kill
NO_PROGRESS_SECONDS = 180


@dataclass
class Workers:
    """`count` processes at a time, forked from one that has imported everything and done nothing."""

    count: int
    chance: random.Random
    posts: Callable[[], int]  # requests or batches that have reached the other side
    kills: int = 0
    starts: int = 0
    stopped: int = 0
    unexpected: int = 0
    running: list[BaseProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.killing.sending"])

    def send(self, people: int, batch: int, kills: int) -> None:
        """Until everyone has been written to or is in doubt, with so many kills on the way."""
        while not ledger.is_done(people):
            self._start_missing()
            if self.kills < kills and self._wait_for_a_moment(people, batch, kills - self.kills):
                self._kill_one()
            elif self.kills >= kills:
                self.running[0].join()
        for process in self.running:
            process.join()
            self._note_end(process)
        self.running = []

    def _start_missing(self) -> None:
        for process in [one for one in self.running if not one.is_alive()]:
            process.join()
            self._note_end(process)
            self.running.remove(process)
        while len(self.running) < self.count:
            process = self._context.Process(target=run_once, daemon=True)  # gone when this one ends
            process.start()
            self.running.append(process)
            self.starts += 1

    def _wait_for_a_moment(self, people: int, batch: int, kills: int) -> bool:
        """True when it has come; False when all is done before. Runs that stop by themselves meanwhile go on anew."""
        now, batches_left = time.monotonic(), ledger.planned(people) // batch
        enough = self.posts() + 1 + self.chance.randrange(max(1, batches_left // (kills + 1)))
        early = now + self.chance.uniform(0, EARLY_SECONDS) if self.chance.random() < EARLY else math.inf
        while self.posts() < enough and time.monotonic() < early:
            if not all(one.is_alive() for one in self.running):
                if ledger.is_done(people):
                    return False
                self._start_missing()
            if time.monotonic() > now + NO_PROGRESS_SECONDS:
                raise SystemExit(f"Nothing has been sent for {NO_PROGRESS_SECONDS} s.")
            time.sleep(LOOK_SECONDS)
        time.sleep(self.chance.uniform(0, LATE_SECONDS))
        return True

    def _kill_one(self) -> None:
        process = self.chance.choice(self.running)
        process.kill()
        process.join()
        self.kills += process.exitcode == -9
        self._note_end(process)
        self.running.remove(process)

    def _note_end(self, process: BaseProcess) -> None:
        self.stopped += process.exitcode == STOPPED_BY_ITSELF
        self.unexpected += process.exitcode not in (0, -9, STOPPED_BY_ITSELF)
