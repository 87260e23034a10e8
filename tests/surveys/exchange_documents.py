"""Surveys of every shape, for what is claimed of all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from dialogue.ground.forms import clean_text
from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS, checked
from surveys.questions.document import NOTHING, Choice, Document, Question, Section
from surveys.questions.frozen import Frozen, frozen
from surveys.questions.pictures import PICTURES
from surveys.rules.conditions import All, AnyOf, Condition, Operator

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=30
).map(clean_text)
texts = st.builds(Localized, words.filter(bool), words)
maybe = st.one_of(st.just(NOTHING), st.builds(Localized, words, words))
OTHERS = {"other", "vet_inte", "galler_inte", "lika"}


def ids(many: int, pattern: str) -> st.SearchStrategy[list[str]]:
    one = st.from_regex(pattern, fullmatch=True).filter(lambda name: name not in OTHERS)
    return st.lists(one, min_size=many, max_size=many, unique=True)


@st.composite
def choices(draw: Any, least: int, most: int) -> tuple[Choice, ...]:
    many = draw(st.integers(least, most))
    names = draw(ids(many, r"[A-Za-z0-9][A-Za-z0-9_+-]{0,8}"))
    pictures = st.sampled_from(["", "", *PICTURES])
    return tuple(
        Choice(name, draw(texts), draw(maybe) if draw(st.booleans()) else NOTHING, draw(pictures))
        for name in names
    )


@st.composite
def questions(draw: Any, name: str, before: list[Question]) -> Question:
    """A question of any kind that its own kind finds no fault with."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    own: dict[str, Any] = {}
    several = {"single": (2, 6), "multi": (2, 6), "rank": (3, 6), "compare": (2, 2)}
    several |= {"place": (1, 6), "sortpic": (2, 4)}
    if kind in several:
        own["choices"] = draw(choices(*several[kind]))
    elif kind == "scale5" and draw(st.booleans()):
        own["choices"] = draw(choices(5, 5))
    elif kind == "matrix":
        own["statements"] = draw(choices(2, 4))
        own["choices"] = draw(st.one_of(st.just(()), choices(2, 4)))
    elif kind == "confirm" or (kind == "story" and draw(st.booleans())):
        own["statements"] = draw(choices(1, 3))
    known = KINDS[kind].settings
    bounds = {"least": 1, "most": 2, "other": True, "step": 5, "notes": True, "picture": "phone"}
    bounds |= {"film": "https://film.example/sip"}
    if kind == "number":
        bounds |= {"least": 0, "most": 10}
    chosen = draw(st.sets(st.sampled_from(sorted(known)))) if known else set()
    own["settings"] = Frozen({each: bounds[each] for each in chosen})
    return Question(
        id=name,
        kind=kind,
        text=draw(texts),
        hint=draw(maybe),
        easy=draw(maybe),
        easy_hint=draw(maybe),
        required=draw(st.booleans()),
        node=draw(st.sampled_from(["", "trygghet"])),
        analysed=draw(st.booleans()) and kind in ("short", "ideaOne"),
        show_if=draw(st.one_of(st.none(), rules(before))) if before else None,
        **own,
    )


@st.composite
def conditions(draw: Any, before: list[Question]) -> Condition:
    asked = draw(st.sampled_from(before))
    kind: Any = KINDS[asked.kind]
    known = [c.id for c in kind.choices(asked)] if hasattr(kind, "choices") else []
    if asked.kind == "selfcode3":
        return Condition(asked.id, Operator.MOST, "trygghet")
    operators = [Operator.ANSWERED, Operator.NOT_ANSWERED]
    if known and asked.kind not in ("matrix", "sortpic", "confirm", "rank", "consent"):
        operators += [Operator.IS, Operator.IS_NOT]
        operators += [Operator.INCLUDES] if asked.kind == "multi" else []
    operator = draw(st.sampled_from(operators))
    valueless = operator in (Operator.ANSWERED, Operator.NOT_ANSWERED)
    return Condition(asked.id, operator, "" if valueless else draw(st.sampled_from(known)))


@st.composite
def rules(draw: Any, before: list[Question]) -> Any:
    one = conditions(before)
    flat = st.one_of(one, st.builds(AnyOf, st.lists(one, min_size=2, max_size=3).map(tuple)))
    deep = st.builds(All, st.lists(flat, min_size=2, max_size=3).map(tuple))
    return frozen(draw(st.one_of(flat, deep)).as_dict())


@st.composite
def documents(draw: Any) -> Document:
    """Surveys in which every question is one that its own kind finds no fault with."""
    names = iter(draw(ids(12, r"[a-z][a-z0-9_]{0,12}")))
    before: list[Question] = []
    sections = []
    for _each in range(draw(st.integers(1, 3))):
        section = Section(
            next(names),
            draw(texts),
            draw(maybe),
            kept_apart=draw(st.booleans()),
            show_if=draw(st.one_of(st.none(), rules(before))) if before else None,
        )
        inside = []
        for _question in range(draw(st.integers(0, 3))):
            question = draw(questions(next(names), before))
            inside.append(question)
            before = [*before, question] if question.kind != "info" else before
        sections.append(replace(section, questions=tuple(inside)))
    return Document(tuple(sections), title=draw(texts), about=draw(maybe))


UNTIDY = (
    "", " a ", "a\r\nb", "a\u2028b", "a\tb", "\u200b", "e\u0301", "_x0041_", "=1+1", "yes", "12",
    "1.0", "TRUE", "'x'", "x" * 300,
)  # fmt: skip
raw = st.one_of(
    st.sampled_from(UNTIDY),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\x00")),
)
untidy = st.builds(Localized, raw, raw)
SETTING_VALUES: dict[type, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.one_of(st.integers(-3, 12), st.integers(-(10**9), 10**9)),
    str: raw,
}


@st.composite
def any_choices(draw: Any) -> tuple[Choice, ...]:
    names = st.one_of(
        st.sampled_from(sorted(OTHERS | {"yes", "none", "1"})),
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,4}", fullmatch=True),
    )
    return tuple(
        Choice(name, draw(untidy), draw(maybe), draw(st.sampled_from(["", "phone", "no drawing"])))
        for name in draw(st.lists(names, max_size=4, unique=True))
    )


@st.composite
def any_rules(draw: Any, names: list[str]) -> Any:
    """Rules that can be said and rules that cannot, in every shape that JSON may have."""
    name = st.sampled_from(names)
    value = st.one_of(st.sampled_from(sorted(OTHERS | {"yes", "1"})), raw)
    one = st.fixed_dictionaries(
        {"question": name, "op": st.sampled_from([*map(str, Operator), "like"])},
        optional={"value": value, "note": raw},
    )
    tree = st.recursive(
        one,
        lambda part: st.one_of(
            st.fixed_dictionaries({"all": st.lists(part, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(part, max_size=3)}),
        ),
        max_leaves=4,
    )
    return frozen(draw(st.one_of(st.none(), st.just("x"), tree)))


@st.composite
def untidy_documents(draw: Any) -> Document:
    """Whatever can be read as a document: with parts that no kind shows, untidy texts, broken
    rules, and answers whose ids have a meaning of their own.
    """
    ids = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), unique=True,
                        min_size=6, max_size=6))  # fmt: skip
    names = iter(ids)
    sections = []
    for _each in range(2):
        head = Section(next(names), draw(untidy), draw(untidy), draw(st.booleans()))
        inside = []
        for _question in range(draw(st.integers(0, 2))):
            kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
            chosen = [name for name in kind.settings if draw(st.booleans())]
            inside.append(
                Question(
                    next(names), kind.code, draw(untidy), draw(untidy), draw(any_choices()),
                    draw(st.booleans()), draw(st.sampled_from(["", "trygghet"])), draw(maybe),
                    draw(maybe), draw(any_choices()),
                    Frozen({each: draw(SETTING_VALUES[kind.settings[each]]) for each in chosen}),
                    draw(st.booleans()), draw(any_rules(ids)),
                )
            )  # fmt: skip
        sections.append(replace(head, questions=tuple(inside), show_if=draw(any_rules(ids))))
    return checked(Document(tuple(sections), title=draw(untidy), about=draw(untidy)))
