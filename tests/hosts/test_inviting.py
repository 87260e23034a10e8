"""Invitations: one link, one use, one part; and parts that end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts import inviting
from dialogue.hosts.house_models import StaffInvitation
from dialogue.hosts.models import Membership, Organisation, StaffRole, User
from dialogue.hosts.rights import organisation_named
from dialogue.hosts.sign_in import add_user
from tests.conftest import Cast
from tests.racing import at_once
from tests.stage import dialogue_of, user_of

EMAIL = "karin@norrmark.example"


def invited(cast: Cast, role: StaffRole = StaffRole.COORDINATOR, email: str = EMAIL) -> str:
    """A link's secret."""
    _made, secret = inviting.invite(
        session(), organisation_named("norrmark"), email, role, by=user_of(cast.administrator)
    )
    session().commit()
    return secret


def somebody(email: str = EMAIL) -> User:
    user = add_user(email, "Karin", "en-lång-fras-om-älvar")
    session().flush()
    return user


def parts_of(user: User) -> list[tuple[str, str]]:
    session().refresh(user)
    return [(str(each.role), each.organisation.slug) for each in user.memberships]


def test_a_link_gives_its_part_once(app_on_both: Application, cast_on_both: Cast) -> None:
    """A08."""
    with app_on_both.test_request_context("/sv/"):
        secret = invited(cast_on_both)
        user = somebody()
        found = inviting.invitation_behind(session(), secret)
        assert found is not None
        inviting.accept(session(), found, user)
        session().commit()
        assert parts_of(user) == [("coordinator", "norrmark")]
        assert inviting.invitation_behind(session(), secret) is None
        with pytest.raises(Refusal):
            inviting.accept(session(), found, user)


def test_the_secret_is_kept_nowhere(app_on_both: Application, cast_on_both: Cast) -> None:
    from tests.stage import everything_in

    with app_on_both.test_request_context("/sv/"):
        secret = invited(cast_on_both)
    assert secret not in str(everything_in(app_on_both))


@pytest.mark.parametrize("how", ["ended", "taken back", "never made"])
def test_a_dead_link_opens_nothing(app_on_both: Application, cast_on_both: Cast, how: str) -> None:
    """A08."""
    with app_on_both.test_request_context("/sv/"):
        secret = invited(cast_on_both)
        found = session().scalars(select(StaffInvitation)).one()
        if how == "ended":
            found.ends_at = now() - timedelta(seconds=1)
        elif how == "taken back":
            inviting.take_back(session(), found, by=user_of(cast_on_both.administrator))
        session().commit()
        asked = secret[:-1] + "x" if how == "never made" else secret
        assert inviting.invitation_behind(session(), asked) is None
        if how != "never made":
            with pytest.raises(Refusal):
                inviting.accept(session(), found, somebody())


def test_a_link_is_for_one_person(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        secret = invited(cast_on_both)
        found = inviting.invitation_behind(session(), secret)
        assert found is not None
        with pytest.raises(Refusal):
            inviting.accept(session(), found, somebody("annan@norrmark.example"))
        session().rollback()
        assert inviting.invitation_behind(session(), secret) is not None


def test_of_two_who_press_at_once_one_gets_in(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        secret = invited(cast_on_both)
        somebody()
        session().commit()

    def press(_number: int, ready: Callable[[], object]) -> str:
        with app_on_both.test_request_context("/sv/", method="POST"):
            found = inviting.invitation_behind(session(), secret)
            user = session().scalars(select(User).where(User.email == EMAIL)).one()
            session().rollback()
            ready()
            try:
                assert found is not None
                inviting.accept(session(), found, user)
                session().commit()
            except Refusal:
                session().rollback()
                return "refused"
            return "in"

    assert sorted(at_once(2, press)) == ["in", "refused"]
    with app_on_both.app_context():
        user = session().scalars(select(User).where(User.email == EMAIL)).one()
        assert len(user.memberships) == 1


def test_an_invitation_for_one_dialogue_gives_that_one(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        ours, theirs = dialogue_of(cast.dialogue), dialogue_of(cast.foreign_dialogue)
        house, by = organisation_named("norrmark"), user_of(cast.administrator)
        with pytest.raises(Refusal):
            inviting.invite(session(), house, EMAIL, StaffRole.FACILITATOR, by=by, dialogue=theirs)
        found, _secret = inviting.invite(
            session(), house, EMAIL, StaffRole.FACILITATOR, by=by, dialogue=ours
        )
        membership = inviting.accept(session(), found, somebody())
        assert membership.dialogue_id == ours.id


@pytest.mark.parametrize("email", ["", "karin", "karin@", "@norrmark.example", "a b@c.example"])
def test_an_address_that_is_none_is_refused(app: Application, cast: Cast, email: str) -> None:
    with app.test_request_context("/sv/"), pytest.raises(Refusal):
        inviting.invite(
            session(), organisation_named("norrmark"), email, StaffRole.HOST,
            by=user_of(cast.administrator),
        )  # fmt: skip


def test_nobody_is_invited_to_what_they_have(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"), pytest.raises(Refusal):
        inviting.invite(
            session(), organisation_named("norrmark"), "EVA@norrmark.example ",
            StaffRole.COORDINATOR, by=user_of(cast.administrator),
        )  # fmt: skip


def test_a_part_ends_and_the_last_administrator_stays(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        by = user_of(cast_on_both.administrator)
        inviting.end_membership(session(), user_of(cast_on_both.coordinator).memberships[0], by=by)
        session().commit()
        assert parts_of(user_of(cast_on_both.coordinator)) == []
        with pytest.raises(Refusal):
            inviting.end_membership(session(), by.memberships[0], by=by)
        acts = set(session().scalars(select(AuditEvent.act)))
        assert "membership ended" in acts


def test_there_is_a_bound_on_links_that_wait(
    app: Application, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "MOST_WAITING", 2)
    with app.test_request_context("/sv/"):
        invited(cast, email="ett@norrmark.example")
        invited(cast, email="tva@norrmark.example")
        with pytest.raises(Refusal):
            invited(cast, email="tre@norrmark.example")
        session().execute(update(StaffInvitation).values(withdrawn_at=now()))
        assert invited(cast, email="tre@norrmark.example")


def test_a_fresh_house_has_nobody(app: Application, cast: Cast) -> None:
    with app.app_context():
        empty = session().scalars(
            select(Organisation).where(~Organisation.id.in_(select(Membership.organisation_id)))
        )
        assert [each.slug for each in empty] == []
