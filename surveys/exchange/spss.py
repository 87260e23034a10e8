"""An SPSS system file (.sav): numbers with variable and value labels, no free text.

Written here, row by row, so that a hundred thousand answers need no table in memory. The layout
follows the description of the format in the PSPP developers' guide: byte-compressed data, UTF-8,
long variable names. Choices become numbers: an answer whose id is a number keeps it, the others
count from 1; where both stand in one question, the others are ways not to say: they get 91 and up
and are marked as missing. Ticked is 1, not ticked 0.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from surveys.exchange.rows import Row, Rows
from surveys.questions.document import Choice
from surveys.questions.kinds import Column

RESERVED = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
)
LONGEST_NAME, LONGEST_LABEL, LONGEST_VALUE_LABEL = 64, 250, 120
BIAS = 100
FIRST_ASIDE = 91
CASES_AT = 80
_END, _LITERAL, _MISSING = 252, 253, 255
_SYSTEM_MISSING = -1.7976931348623157e308
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the file: its place in a row, name, label, and number of each choice."""

    place: int
    name: str
    label: str
    codes: dict[str, int]
    labels: dict[int, str]
    missing: tuple[int, ...]

    def number(self, row: Row) -> float | None:
        cell = row[self.place]
        if cell is None or not self.codes:
            return None if cell is None else float(cell)
        code = self.codes.get(str(cell))
        return None if code is None else float(code)


def codes_of(choices: Sequence[Choice]) -> tuple[dict[str, int], tuple[int, ...]]:
    """The number of each choice by its id, and the numbers that mean no answer."""
    ids = [choice.id for choice in choices]
    if set(ids) == {"yes", "no"}:
        return {"yes": 1, "no": 0}, ()
    numbers = {each: int(each) for each in ids if each.isascii() and each.isdecimal()}
    small = numbers and all(value < FIRST_ASIDE for value in numbers.values())
    if not small or len(set(numbers.values())) < len(numbers):
        return {each: place for place, each in enumerate(ids, start=1)}, ()
    others = [each for each in ids if each not in numbers]
    aside = {each: FIRST_ASIDE + place for place, each in enumerate(others)}
    return numbers | aside, tuple(aside.values())


def variables_of(columns: Sequence[Column], language: str) -> tuple[Variable, ...]:
    """The columns that the file holds: all but free text."""
    taken: set[str] = set()
    found = []
    for place, column in enumerate(columns):
        if column.type == "text":
            continue
        codes, missing = codes_of(column.choices) if column.type == "choice" else ({}, ())
        labels = {codes[each.id]: each.text.text(language) for each in column.choices}
        label = " ".join(column.label.text(language).split())
        name = _name(column.name, taken)
        found.append(Variable(place, name, label, codes, labels, missing))
    return tuple(found)


def write_sav(rows: Rows, file: IO[bytes], language: str, label: str, at: datetime) -> None:
    """Write the file; ``label`` and ``at`` stand in its head. ``file`` must be seekable."""
    variables = variables_of(rows.columns, language)
    file.write(_header(variables, label, at))
    for number, variable in enumerate(variables, start=1):
        file.write(_variable(number, variable))
    for number, variable in enumerate(variables, start=1):
        file.write(_value_labels(number, variable))
    file.write(_information(variables))
    file.write(struct.pack("<ii", 999, 0))
    cases = _cases(rows, variables, file)
    file.seek(CASES_AT)
    file.write(struct.pack("<i", cases))


def _cases(rows: Rows, variables: Sequence[Variable], file: IO[bytes]) -> int:
    """Write the rows; how many they were."""
    cases = 0
    buffer = bytearray()
    commands: list[int] = []
    literals = bytearray()
    for row in rows.rows():
        cases += 1
        for variable in variables:
            _value(variable.number(row), commands, literals)
            if len(commands) == 8:
                buffer += bytes(commands) + literals
                commands.clear()
                literals.clear()
        if len(buffer) > 65_536:
            file.write(buffer)
            buffer.clear()
    commands.append(_END)
    file.write(buffer + bytes(commands).ljust(8, b"\0") + literals)
    return cases


def _value(number: float | None, commands: list[int], literals: bytearray) -> None:
    """One value: a byte where it is a small whole number, eight more where it is not."""
    if number is None:
        commands.append(_MISSING)
    elif number.is_integer() and 1 <= number + BIAS <= 251:
        commands.append(int(number) + BIAS)
    else:
        commands.append(_LITERAL)
        literals += struct.pack("<d", number)


def _header(variables: Sequence[Variable], label: str, at: datetime) -> bytes:
    day = f"{at.day:02d} {_MONTHS[at.month - 1]} {at.year % 100:02d}"
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE - Viktigt for dig".ljust(60),
        2,
        len(variables),
        1,
        0,
        -1,
        float(BIAS),
        day.encode(),
        at.strftime("%H:%M:%S").encode(),
        _cut(label, 64).ljust(64),
    )


def _variable(number: int, variable: Variable) -> bytes:
    form = 5 << 16 | 8 << 8
    label = _cut(variable.label, LONGEST_LABEL)
    missing = variable.missing[:3]
    body = struct.pack(
        "<iiiiii8s", 2, 0, 1, len(missing), form, form, f"V{number}".encode().ljust(8)
    )
    body += struct.pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4)
    return body + b"".join(struct.pack("<d", float(each)) for each in missing)


def _value_labels(number: int, variable: Variable) -> bytes:
    if not variable.labels:
        return b""
    body = struct.pack("<ii", 3, len(variable.labels))
    for value, text in variable.labels.items():
        label = _cut(text, LONGEST_VALUE_LABEL)
        padded = -(-(len(label) + 1) // 8) * 8 - 1
        body += struct.pack("<dB", float(value), len(label)) + label.ljust(padded)
    return body + struct.pack("<iii", 4, 1, number)


def _information(variables: Sequence[Variable]) -> bytes:
    """What kind of numbers and letters the file holds, and the variables' real names."""
    integers = struct.pack("<iiiiiiii", 20, 0, 0, -1, 1, 1, 2, 65001)
    highest = -_SYSTEM_MISSING
    lowest = struct.unpack("<d", struct.pack("<Q", 0xFFEFFFFFFFFFFFFE))[0]
    floats = struct.pack("<ddd", _SYSTEM_MISSING, highest, lowest)
    names = "\t".join(f"V{place}={each.name}" for place, each in enumerate(variables, start=1))
    return (
        struct.pack("<iiii", 7, 3, 4, 8)
        + integers
        + struct.pack("<iiii", 7, 4, 8, 3)
        + floats
        + _record(13, names.encode())
        + _record(20, b"UTF-8")
    )


def _record(subtype: int, data: bytes) -> bytes:
    return struct.pack("<iiii", 7, subtype, 1, len(data)) + data


def _name(name: str, taken: set[str]) -> str:
    """A name that SPSS takes: no reserved word, at most 64 bytes, used once whatever the case."""
    plain = f"v_{name}" if name.lower() in RESERVED else name
    plain = plain[:LONGEST_NAME].rstrip("._")
    found, number = plain, 2
    while found.lower() in taken:
        tail = f"_{number}"
        found, number = plain[: LONGEST_NAME - len(tail)] + tail, number + 1
    taken.add(found.lower())
    return found


def _cut(text: str, longest: int) -> bytes:
    """The text in UTF-8, cut between letters so that it fits."""
    return text.encode()[:longest].decode(errors="ignore").encode()
