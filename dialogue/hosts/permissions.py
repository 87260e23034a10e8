"""The product's permission table, as data: who can do what, cell by cell.

Rows are tasks, columns are seats. A seat is a role of a membership, a resident with a receipt, or
the administrator of the installation. What a cell says beside yes and no is in :class:`Cell`.
"""

from __future__ import annotations

from enum import StrEnum


class Seat(StrEnum):
    RESIDENT = "resident"
    FACILITATOR = "facilitator"
    HOST = "host"
    COORDINATOR = "coordinator"
    RESPONDER = "responder"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Task(StrEnum):
    ANSWER = "answer, correct, withdraw, follow"
    ENTER = "enter paper/phone/table notes (marked)"
    BUILD = "build instrument, sessions"
    READ = "read raw contributions"
    REGISTRATIONS = "see registrations"
    MODERATE = "moderate/redact"
    ANALYSE = "run analysis, edit themes"
    RESERVE = "write reservation"
    SIGN = "sign off"
    RESPOND = "answer a theme, own actions"
    PUBLISH = "publish snapshot, dataset"
    ADMINISTER = "users, branding, retention"
    CHANGE_SEALED = "change signed or audited rows"
    READ_AS_ADMINISTRATOR = "read story text as administrator"


class Cell(StrEnum):
    """How far a seat may go with a task.

    ``OWN`` reaches the seat's own dialogues only. ``BY_RELEASE`` depends on what the host lets
    through to the organisation that asks. ``SAMPLE`` is a random tenth. ``COMMENT`` is a note
    beside a theme, ``SECOND_OPINION`` one item that the coordinator asks about. ``FIRST`` is the
    host's own first look. ``WITH_COORDINATOR`` counts because only a coordinator publishes.
    ``NOT_OWN_EDITS_ALONE`` asks for a second person. ``BREAK_GLASS`` is no, except for a stated
    reason, a short time, and before everybody's eyes.
    """

    NO = "–"
    YES = "●"
    OWN = "○"
    OWN_TABLE = "own table"
    OWN_SESSION = "own session"
    OWN_BY_RELEASE = "○ by release rule"
    BY_RELEASE = "by release rule"
    SAMPLE = "sample"
    FIRST = "○ first"
    SECOND_OPINION = "second opinion"
    COMMENT = "comment"
    WITH_COORDINATOR = "with coordinator"
    NOT_OWN_EDITS_ALONE = "● not own edits alone"
    PROPOSE = "propose"
    OWN_BODY = "● own body"
    NOBODY = "– (nobody)"
    BREAK_GLASS = "– (break-glass, logged, shown)"


def _row(*cells: Cell) -> dict[Seat, Cell]:
    return dict(zip(Seat, cells, strict=True))


N, Y, O = Cell.NO, Cell.YES, Cell.OWN  # noqa: E741
PERMISSIONS: dict[Task, dict[Seat, Cell]] = {
    Task.ANSWER: _row(Y, N, N, N, N, N, N, N),
    Task.ENTER: _row(N, O, O, Y, N, N, N, N),
    Task.BUILD: _row(N, N, O, Y, N, N, N, N),
    Task.READ: _row(N, Cell.OWN_TABLE, Cell.OWN_BY_RELEASE, Cell.BY_RELEASE, N, Cell.SAMPLE, N, N),
    Task.REGISTRATIONS: _row(N, Cell.OWN_SESSION, O, N, N, N, N, N),
    Task.MODERATE: _row(N, N, Cell.FIRST, Y, N, Cell.SECOND_OPINION, N, N),
    Task.ANALYSE: _row(N, N, O, Y, N, Cell.COMMENT, N, N),
    Task.RESERVE: _row(N, N, O, N, N, N, N, N),
    Task.SIGN: _row(N, N, Cell.WITH_COORDINATOR, Cell.NOT_OWN_EDITS_ALONE, N, Y, N, N),
    Task.RESPOND: _row(N, N, N, Cell.PROPOSE, Cell.OWN_BODY, N, N, N),
    Task.PUBLISH: _row(N, N, N, Y, N, N, N, N),
    Task.ADMINISTER: _row(N, N, N, N, N, N, Y, Y),
    Task.CHANGE_SEALED: _row(N, N, N, N, N, N, N, Cell.NOBODY),
    Task.READ_AS_ADMINISTRATOR: _row(N, N, N, N, N, N, N, Cell.BREAK_GLASS),
}
"""The table itself. Both administrators stand under the last row's rule: see ``broken_glass``."""

INVITES: dict[Seat, tuple[Seat, ...]] = dict.fromkeys(Seat, ()) | {
    Seat.COORDINATOR: (Seat.HOST, Seat.FACILITATOR, Seat.REVIEWER, Seat.RESPONDER)
}
"""To which parts of one dialogue a seat invites. Users as such are for the administrators."""

SMALLER = frozenset(
    {Cell.OWN_TABLE, Cell.OWN_SESSION, Cell.SAMPLE, Cell.SECOND_OPINION, Cell.COMMENT,
     Cell.PROPOSE}
)  # fmt: skip
"""Cells that open less than the task's own pages."""
CLOSED = frozenset({Cell.NO, Cell.NOBODY, Cell.BREAK_GLASS})


def opens(task: Task, seat: Seat) -> bool:
    """Whether a seat may use the pages of a task, in the dialogues that its membership covers."""
    cell = PERMISSIONS[task][seat]
    return cell not in CLOSED and cell not in SMALLER


def holds_cell(task: Task, seat: Seat, part: Cell) -> bool:
    """Whether a seat's cell says that it may do just this part of a task."""
    return PERMISSIONS[task][seat] == part
