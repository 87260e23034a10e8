"""Several people or workers who do the same thing in the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from dialogue.app import Application
from tests.conftest import signed_in
from tests.stage import forged_free

T = TypeVar("T")
PATIENCE = 60
"""Seconds: far more than any of them needs."""


def at_once(count: int, act: Callable[[int, Callable[[], object]], T]) -> list[T]:
    """What ``count`` threads get, in their order; an exception in one of them is raised here.

    Each calls the function that it is given when it is ready, and goes on when all are.
    """
    together = threading.Barrier(count, timeout=PATIENCE)
    with ThreadPoolExecutor(count) as threads:
        started = [threads.submit(act, number, together.wait) for number in range(count)]
        return [each.result(PATIENCE) for each in started]


def post_at_once(
    app: Application, who: str, address: str, fields: Callable[[int], Mapping[str, str]]
) -> list[tuple[int, str]]:
    """The status and the page that four windows of one person get, who send at the same moment."""

    def send(number: int, ready: Callable[[], object]) -> tuple[int, str]:
        client = signed_in(app, who)
        form = {"csrf_token": forged_free(client, app), **fields(number)}
        ready()
        answered = client.post(address, data=form)
        return answered.status_code, answered.text

    return at_once(4, send)


def the_winner(answers: list[tuple[int, str]], words: Callable[[int], tuple[str, str]]) -> int:
    """The number of the one whose act was done.

    ``words`` gives what a number wrote, as a form shows it and as it stands where it was done:
    each of the others is told, and their page holds both their own and the winner's.
    """
    winners = [number for number, (status, _page) in enumerate(answers) if status == 303]
    assert len(winners) == 1, [status for status, _page in answers]
    for number, (status, page) in enumerate(answers):
        if number != winners[0]:
            assert status == 409
            assert words(number)[0] in page
            assert words(winners[0])[1] in page
    return winners[0]
