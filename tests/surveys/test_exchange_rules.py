"""Display rules as other tools write them: a small part is understood, the rest refused."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.exchange.relevant import Asked, Unreadable, from_xpath, to_xpath
from surveys.rules.conditions import All, AnyOf, Condition, Operator

KINDS_ASKED = {
    "q1": Asked("q1", False, {"a": "a", "b": "b"}),
    "many": Asked("many", True, {"x": "x", "y": "y2"}),
}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("${q1} = 'a'", Condition("q1", Operator.IS, "a")),
        ('${q1}="a"', Condition("q1", Operator.IS, "a")),
        ("selected(${q1}, 'a')", Condition("q1", Operator.IS, "a")),
        ("selected( ${many} ,'y')", Condition("many", Operator.INCLUDES, "y2")),
        ("${q1} != ''", Condition("q1", Operator.ANSWERED)),
        (
            "${q1} != 'a'",
            AnyOf((Condition("q1", Operator.NOT_ANSWERED), Condition("q1", Operator.IS_NOT, "a"))),
        ),
        (
            "${q1} = 'a' or ${q1} = 'b' and selected(${many}, 'x')",
            AnyOf(
                (
                    Condition("q1", Operator.IS, "a"),
                    All(
                        (
                            Condition("q1", Operator.IS, "b"),
                            Condition("many", Operator.INCLUDES, "x"),
                        )
                    ),
                )
            ),
        ),
    ],
)
def test_display_rules_of_other_tools_are_understood(text: str, rule: Any) -> None:
    assert from_xpath(text, KINDS_ASKED) == rule


@pytest.mark.parametrize(
    "text",
    [
        "${q1} > 3", "count(${many}) = 1", "not(${q1} = 'a')", "${other} = 'a'", "${q1} = 'c'",
        "${q1} = a", "'a' = ${q1}", "${q1} = 'a' and", "(${q1} = 'a'", "${q1} = 'a')", "true()",
        "", "(" * 50 + "${q1} = 'a'" + ")" * 50, "${q1} = 'a' or " * 400 + "${q1} = 'a'",
        ". > 5", "${q1} = 'a'; drop", "\x00", "${q1} = 'a' xor ${q1} = 'b'",
    ],
)  # fmt: skip
def test_other_expressions_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        from_xpath(text, KINDS_ASKED)


def test_a_rule_about_points_cannot_be_said_in_xpath() -> None:
    assert to_xpath(Condition("p", Operator.MOST, "trygghet"), lambda _each: True) is None
