"""What is kept in the process: by state, the latest ones, for any thread."""

from __future__ import annotations

import threading

from dialogue.ground.memory import Memory


def test_a_result_is_made_once_for_each_state() -> None:
    made: list[object] = []
    memory: Memory[int] = Memory(2)

    def make(number: int) -> int:
        made.append(number)
        return number

    assert [memory.of((at,), lambda at=at: make(at)) for at in (1, 2, 1, 1)] == [1, 2, 1, 1]
    assert made == [1, 2]


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    memory: Memory[str] = Memory(2)
    for state in ("a", "b", "a", "c"):
        memory.of((state,), lambda state=state: state)
    assert memory.of(("a",), lambda: "anew") == "a"
    assert memory.of(("b",), lambda: "anew") == "anew"


def test_a_newer_result_takes_the_place_of_an_older_one() -> None:
    memory: Memory[str | None] = Memory(2)
    assert memory.of((), lambda: None) is None
    assert memory.of((), lambda: "made again") is None
    memory.keep((), "newer")
    assert memory.of((), lambda: "made again") == "newer"


def test_many_threads_get_a_result_that_belongs_to_their_state() -> None:
    memory: Memory[int] = Memory(3)
    wrong: list[int] = []

    def ask(start: int) -> None:
        for number in range(200):
            state = (start + number) % 7
            if memory.of((state,), lambda state=state: state) != state:
                wrong.append(state)

    threads = [threading.Thread(target=ask, args=(each,)) for each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
