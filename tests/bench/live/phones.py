"""The phones of a room: they vote on everything, press twice, change their minds and ask again."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
CHOICES = ("1", "0", "-1")
MOST_TRIES = 20


@dataclass
class Told:
    """What the phones met: seconds by kind of request, what had to be sent again, what was lost."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    again: int = 0
    posts: int = 0
    lost: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.took[kind].append(seconds)


@dataclass
class Phone:
    """One phone, on a connection of its own."""

    port: int
    code: str
    statements: Sequence[str]
    number: int
    told: Told
    wanted: dict[str, str] = field(default_factory=dict)

    def play(self) -> None:
        """Through the door, and a vote on every statement."""
        chance = random.Random(self.number)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        door = self.ask("page", "GET", f"/sv/rum/{self.code}")
        found = re.search(rf'href="(/sv/rum/{self.code}/[^"]+)"', door)
        if found is None:
            self.told.lost.append("no seat")
            return
        way = found[1]
        self.ask("page", "GET", way)
        for statement in self.statements:
            choice = chance.choice(CHOICES)
            if chance.random() < 0.15:
                self.vote(way, statement, chance.choice(CHOICES))
            if chance.random() < 0.1:
                self.at_once(way, statement, choice)
            else:
                self.vote(way, statement, choice)
            if chance.random() < 0.2:
                self.vote(way, statement, choice)
            self.wanted[statement] = choice
            self.ask("page", "GET", way)
            self.ask("poll", "GET", f"/sv/rum/{self.code}/lage")

    def at_once(self, way: str, statement: str, choice: str) -> None:
        """Two presses that meet in the server."""
        other = Phone(self.port, self.code, self.statements, self.number, self.told)
        other.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        second = threading.Thread(target=other.vote, args=(way, statement, choice))
        second.start()
        self.vote(way, statement, choice)
        second.join()
        other.connection.close()

    def vote(self, way: str, statement: str, choice: str) -> None:
        with self.told.lock:
            self.told.posts += 1
        self.ask("vote", "POST", way, urlencode({"saying": statement, "choice": choice}))

    def ask(self, kind: str, method: str, path: str, body: str | None = None) -> str:
        """One request, sent again when the server has no time; what it answered."""
        for _ in range(MOST_TRIES):
            began = time.perf_counter()
            try:
                self.connection.request(method, path, body, FORM if body is not None else {})
                answer = self.connection.getresponse()
                page = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.connection.close()
                self.told.again += 1
                time.sleep(0.5)
                continue
            if answer.status in (200, 303, 304):
                self.told.keep(kind, time.perf_counter() - began)
                return page
            if answer.status != 503:
                self.told.lost.append(f"{method} {answer.status}")
                return ""
            self.told.again += 1
            time.sleep(0.5)
        self.told.lost.append(f"{method} was never taken")
        return ""


def all_at_once(plays: Sequence[Callable[[], None]]) -> float:
    """Start every play in a thread of its own; the seconds until the last has ended."""
    threads = [threading.Thread(target=play) for play in plays]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def empty_pages(port: int, count: int, took: list[float]) -> Callable[[], None]:
    """A client that asks for the empty page ``count`` times."""

    def play() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for _ in range(count):
            began = time.perf_counter()
            connection.request("GET", "/")
            connection.getresponse().read()
            took.append(time.perf_counter() - began)

    return play
