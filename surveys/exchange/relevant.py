"""Display rules as XLSForm writes them: a small part of XPath, there and back again.

Understood are ``${question} = 'answer'``, ``!=``, ``selected(${question}, 'answer')``, ``and``,
``or`` and parentheses; ``= ''`` and ``!= ''`` ask whether there is an answer at all. In XPath a
question without an answer differs from every answer, so our ``is_not``, which wants one, is
written ``(${question} != '' and ${question} != 'answer')``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from surveys.rules.conditions import All, AnyOf, BrokenRule, Condition, Operator, Rule, read_rule

LONGEST = 8000
_TOKEN = re.compile(
    r"\s*(?:\$\{\s*(?P<name>[^{}\s]{1,80})\s*\}|'(?P<one>[^']{0,200})'|\"(?P<two>[^\"]{0,200})\""
    r"|(?P<sign>!=|=|\(|\)|,)|(?P<word>[a-zA-Z][a-zA-Z-]{0,40}))"
)
DEEPEST = 8


class Unreadable(ValueError):
    """An expression outside of what is understood."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a rule may ask about: our id, whether it takes several answers, and the
    ids of its answers by the names that the file gives them (none: only whether it has one).
    """

    id: str
    several: bool
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Differs:
    """``${question} != 'answer'``: also true where there is no answer."""

    condition: Condition


Node = Rule | _Differs


def to_xpath(rule: Rule, may_ask: Callable[[Condition], bool]) -> str | None:
    """The rule as an expression; None when a part of it cannot be said.

    ``may_ask`` tells whether a condition's question is one row of the form that takes it.
    """
    if isinstance(rule, Condition):
        return _condition(rule) if may_ask(rule) else None
    parts = [to_xpath(part, may_ask) for part in rule.parts]
    if not parts or any(part is None for part in parts):
        return None
    wrapped = [
        f"({text})" if isinstance(part, All | AnyOf) else str(text)
        for part, text in zip(rule.parts, parts, strict=True)
    ]
    return (" and " if isinstance(rule, All) else " or ").join(wrapped)


def _condition(rule: Condition) -> str | None:
    name = f"${{{rule.question}}}"
    match rule.operator:
        case Operator.ANSWERED:
            return f"{name} != ''"
        case Operator.NOT_ANSWERED:
            return f"{name} = ''"
        case Operator.IS:
            return f"{name} = '{rule.value}'"
        case Operator.IS_NOT:
            return f"({name} != '' and {name} != '{rule.value}')"
        case Operator.INCLUDES:
            return f"selected({name}, '{rule.value}')"
    return None


def from_xpath(text: str, questions: Mapping[str, Asked]) -> Rule:
    """The rule that an expression says; ``questions`` are by the names of the file.

    Raises:
        Unreadable: when it says anything else.
    """
    if len(text) > LONGEST:
        raise Unreadable("too long")
    reader = _Reader(_tokens(text), questions)
    rule = _settled(reader.either(DEEPEST))
    if reader.tokens:
        raise Unreadable(f"unexpected {reader.tokens[0][1]!r}")
    try:
        return read_rule(rule.as_dict())
    except BrokenRule as broken:
        raise Unreadable(str(broken)) from None


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable(f"unexpected {text[at : at + 20]!r}")
        kind = str(found.lastgroup)
        tokens.append(("text" if kind in ("one", "two") else kind, found[kind]))
        at = found.end()
    return tokens


class _Reader:
    """Reads tokens from the left: ``or`` binds loosest, then ``and``, then a comparison."""

    def __init__(self, tokens: list[tuple[str, str]], questions: Mapping[str, Asked]) -> None:
        self.tokens = tokens
        self.questions = questions

    def take(self, kind: str, value: str | None = None) -> str:
        if not self.tokens or self.tokens[0][0] != kind or value not in (None, self.tokens[0][1]):
            raise Unreadable(f"unexpected {self.tokens[0][1]!r}" if self.tokens else "ends early")
        return self.tokens.pop(0)[1]

    def comes(self, kind: str, value: str) -> bool:
        return bool(self.tokens) and self.tokens[0] == (kind, value)

    def either(self, depth: int) -> Node:
        parts = [self.every(depth)]
        while self.comes("word", "or"):
            self.take("word")
            parts.append(self.every(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(_settled(part) for part in parts))

    def every(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.comes("word", "and"):
            self.take("word")
            parts.append(self.one(depth))
        if len(parts) == 1:
            return parts[0]
        first, second = parts[0], parts[-1]
        if (
            len(parts) == 2
            and isinstance(second, _Differs)
            and first == Condition(second.condition.question, Operator.ANSWERED)
        ):
            return second.condition
        return All(tuple(_settled(part) for part in parts))

    def one(self, depth: int) -> Node:
        if depth == 0:
            raise Unreadable("nested too deeply")
        if self.comes("sign", "("):
            self.take("sign")
            inner = self.either(depth - 1)
            self.take("sign", ")")
            return inner
        if self.comes("word", "selected"):
            return self.selected()
        return self.comparison()

    def selected(self) -> Node:
        self.take("word")
        self.take("sign", "(")
        asked = self.question(self.take("name"))
        self.take("sign", ",")
        value = self.answer(asked, self.take("text"))
        self.take("sign", ")")
        return Condition(asked.id, Operator.INCLUDES if asked.several else Operator.IS, value)

    def comparison(self) -> Node:
        asked = self.question(self.take("name"))
        sign = self.take("sign")
        if sign not in ("=", "!="):
            raise Unreadable(f"unexpected {sign!r}")
        text = self.take("text")
        if not text:
            none = Operator.NOT_ANSWERED if sign == "=" else Operator.ANSWERED
            return Condition(asked.id, none)
        value = self.answer(asked, text)
        if sign == "=":
            return Condition(asked.id, Operator.IS, value)
        return _Differs(Condition(asked.id, Operator.IS_NOT, value))

    def question(self, name: str) -> Asked:
        if name not in self.questions:
            raise Unreadable(f"asks about {name!r}")
        return self.questions[name]

    def answer(self, asked: Asked, name: str) -> str:
        if name not in asked.answers:
            raise Unreadable(f"asks for the answer {name!r}")
        return asked.answers[name]


def _settled(node: Node) -> Rule:
    if isinstance(node, _Differs):
        none = Condition(node.condition.question, Operator.NOT_ANSWERED)
        return AnyOf((none, node.condition))
    return node
