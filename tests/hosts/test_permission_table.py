"""The product's permission table, cell by cell: as data, and as what people may do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest

from dialogue.app import Application
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.hosts.house_models import BrokenGlass
from dialogue.hosts.models import Membership, ReleaseRule, Role, StaffRole, User
from dialogue.hosts.permissions import PERMISSIONS, Cell, Seat, Task
from dialogue.hosts.rights import PARTS, SYSTEM, TASKS, Right, may, reads_everything
from tests.conftest import Cast
from tests.stage import dialogue_of, user_of

# The table of the product's description, letter by letter.
TABLE = """
| answer, correct, withdraw, follow | ● | – | – | – | – | – | – | – |
| enter paper/phone/table notes (marked) | – | ○ | ○ | ● | – | – | – | – |
| build instrument, sessions | – | – | ○ | ● | – | – | – | – |
| read raw contributions | – | own table | ○ by release rule | by release rule | – | sample | – \
| – |
| see registrations | – | own session | ○ | – | – | – | – | – |
| moderate/redact | – | – | ○ first | ● | – | second opinion | – | – |
| run analysis, edit themes | – | – | ○ | ● | – | comment | – | – |
| write reservation | – | – | ○ | – | – | – | – | – |
| sign off | – | – | with coordinator | ● not own edits alone | – | ● | – | – |
| answer a theme, own actions | – | – | – | propose | ● own body | – | – | – |
| publish snapshot, dataset | – | – | – | ● | – | – | – | – |
| users, branding, retention | – | – | – | – | – | – | ● | ● |
| change signed or audited rows | – | – | – | – | – | – | – | – (nobody) |
| read story text as administrator | – | – | – | – | – | – | – | – (break-glass, logged, shown) |
"""
STAFF = [seat for seat in Seat if seat not in (Seat.RESIDENT, Seat.SYSTEM)]
OPEN_CELLS = {
    "●", "○", "○ by release rule", "by release rule", "○ first", "with coordinator",
    "● not own edits alone", "● own body",
}  # fmt: skip
"""What a cell must say for the task's own pages to open."""


def cells() -> Iterator[tuple[str, Seat, str]]:
    for line in TABLE.strip().splitlines():
        task, *said = (part.strip() for part in line.strip("|").split("|"))
        for seat, cell in zip(Seat, said, strict=True):
            yield task, seat, cell


CELLS = list(cells())


def test_the_table_has_fourteen_rows_and_eight_columns() -> None:
    assert len(CELLS) == 14 * 8
    assert [task.value for task in PERMISSIONS] == [task.value for task in Task]
    assert all(list(row) == list(Seat) for row in PERMISSIONS.values())


@pytest.mark.parametrize(("task", "seat", "cell"), CELLS)
def test_a_cell_says_what_the_product_says(task: str, seat: Seat, cell: str) -> None:
    assert PERMISSIONS[Task(task)][seat] == Cell(cell)


def person_in(seat: Seat, cast: Cast) -> User:
    if seat != Seat.SYSTEM:
        return user_of(getattr(cast, seat.value))
    user = User(
        email="drift@norrmark.example", name="Drift", fs_uniquifier=secrets.token_hex(8),
        roles=[Role(name=SYSTEM)],
    )  # fmt: skip
    session().add(user)
    session().flush()
    return user


@pytest.mark.parametrize(
    ("task", "seat", "cell"), [each for each in CELLS if each[1] != Seat.RESIDENT]
)
def test_a_person_may_what_their_cell_says(
    app: Application, cast: Cast, task: str, seat: Seat, cell: str
) -> None:
    """In the dialogue that their membership covers; nothing at all in another's."""
    rights = [right for right, its_task in TASKS.items() if its_task == task]
    with app.app_context():
        user = person_in(seat, cast)
        ours, theirs = dialogue_of(cast.dialogue), dialogue_of(cast.foreign_dialogue)
        for right in rights:
            assert may(user, right, ours) is (cell in OPEN_CELLS), (seat, right)
            assert not may(user, right, theirs) or seat == Seat.SYSTEM, (seat, right)
        if task in (Task.ANSWER, Task.CHANGE_SEALED, Task.READ_AS_ADMINISTRATOR):
            assert not rights, "no page is guarded by what nobody in the house may do"


def test_every_right_stands_in_a_row() -> None:
    assert set(TASKS) | set(PARTS) == set(Right) - {Right.SEE_DIALOGUE, Right.READ_LIBRARY}
    assert not set(TASKS) & set(PARTS)


@pytest.mark.parametrize(("task", "seat", "cell"), CELLS)
def test_a_part_of_a_task_is_for_the_cell_that_says_so(
    app: Application, cast: Cast, task: str, seat: Seat, cell: str
) -> None:
    """And for those who may do all of the task, in the dialogue that their membership covers."""
    with app.app_context():
        for right, (its_task, part) in PARTS.items():
            if its_task == task and seat != Seat.RESIDENT:
                user = person_in(seat, cast)
                allowed = cell in OPEN_CELLS or cell == part
                assert may(user, right, dialogue_of(cast.dialogue)) is allowed, (seat, right)
                if seat != Seat.SYSTEM:
                    assert not may(user, right, dialogue_of(cast.foreign_dialogue))


@pytest.mark.parametrize("seat", STAFF)
def test_own_dialogue_only(app: Application, cast: Cast, seat: Seat) -> None:
    """A membership for one dialogue opens that one, and not its neighbour in the same house."""
    with app.app_context():
        ours, theirs = dialogue_of(cast.dialogue), dialogue_of(cast.foreign_dialogue)
        user = user_of(getattr(cast, seat.value))
        user.memberships[0].dialogue_id = theirs.id
        session().flush()
        assert not any(may(user, right, ours) for right in Right)
        assert may(user, Right.SEE_DIALOGUE, theirs)
        session().rollback()


@pytest.mark.parametrize(
    ("rule", "reads"),
    [
        (ReleaseRule.THEMES_ONLY, {"host"}),
        (ReleaseRule.REDACTED_STORIES, {"host", "coordinator"}),
        (ReleaseRule.ALL, {"host", "coordinator"}),
    ],
)
def test_the_release_rule_says_who_reads(
    app: Application, cast: Cast, rule: ReleaseRule, reads: set[str]
) -> None:
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        dialogue.release = rule
        for who in ("host", "coordinator"):
            for right in (Right.READ_STORIES, Right.REVIEW_STORIES):
                assert may(user_of(getattr(cast, who)), right, dialogue) is (who in reads)
        assert may(user_of(cast.coordinator), Right.PUBLISH, dialogue)
        session().rollback()


@pytest.mark.parametrize("rule", list(ReleaseRule))
def test_only_the_host_reads_what_nobody_has_let_through(
    app_on_both: Application, cast_on_both: Cast, rule: ReleaseRule
) -> None:
    with app_on_both.app_context():
        dialogue = dialogue_of(cast_on_both.dialogue)
        dialogue.release = rule
        who = {
            seat
            for seat in STAFF
            if reads_everything(user_of(getattr(cast_on_both, seat.value)), dialogue)
        }
        everybody = {Seat.HOST, Seat.COORDINATOR}
        assert who == (everybody if rule == ReleaseRule.ALL else {Seat.HOST})
        session().rollback()


def test_the_rule_binds_nobody_where_there_is_no_other_host(app: Application, cast: Cast) -> None:
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        dialogue.release, dialogue.host = ReleaseRule.THEMES_ONLY, None
        dialogue.host_id = None
        assert may(user_of(cast.coordinator), Right.READ_STORIES, dialogue)
        session().rollback()


@pytest.mark.parametrize("minutes", [30, -1])
def test_an_administrator_reads_only_while_a_glass_is_broken(
    app: Application, cast: Cast, minutes: int
) -> None:
    with app.app_context():
        dialogue, user = dialogue_of(cast.dialogue), user_of(cast.administrator)
        assert not may(user, Right.READ_STORIES, dialogue)
        session().add(
            BrokenGlass(
                dialogue_id=dialogue.id, user_id=user.id, reason="Hot i en berättelse",
                ends_at=now() + timedelta(minutes=minutes),
            )
        )  # fmt: skip
        session().flush()
        assert may(user, Right.READ_STORIES, dialogue) is (minutes > 0)
        closed = set(Right) - {Right.READ_STORIES, Right.SEE_DIALOGUE, Right.ADMINISTER}
        assert not any(may(user, right, dialogue) for right in closed)
        assert not may(user_of(cast.responder), Right.READ_STORIES, dialogue)
        session().rollback()


def test_two_parts_add_up(app: Application, cast: Cast) -> None:
    with app.app_context():
        user, dialogue = user_of(cast.reviewer), dialogue_of(cast.dialogue)
        session().add(
            Membership(
                user_id=user.id, organisation_id=dialogue.responder_id, role=StaffRole.RESPONDER
            )
        )
        session().flush()
        session().refresh(user)
        assert may(user, Right.SIGN, dialogue) and may(user, Right.RESPOND, dialogue)
        session().rollback()
