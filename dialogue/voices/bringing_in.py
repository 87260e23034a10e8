"""Brings in stories that were told elsewhere: CSV, XLSX or JSON lines, all of them or none."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.hosts.models import Dialogue
from dialogue.voices.models import Channel, Contribution, Story, Use, Voice
from dialogue.voices.receipts import new_answer_key, receipts

FIELDS = ("text", "lang", "voice", "channel", "date", "uses", "area")
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
LARGEST_RATIO = 100
MOST_ROWS = 50_000
LONGEST_STORY = 20_000
SHOWN_ERRORS = 10
ACT = "stories brought in"
UNREADABLE = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What opening a workbook that is broken, or made to break, may raise."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns and rows; ``numbers`` are the rows' numbers as the file counts them."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    numbers: tuple[int, ...]


def read_table(name: str, content: bytes) -> Table:
    """Read a file by its name's ending.

    Raises:
        Refusal: when it is too large, of another kind, broken or empty.
    """
    if len(content) > LARGEST_FILE:
        raise Refusal(_("The file is larger than 5 MB. Divide it into several files."))
    ending = name.rpartition(".")[2].lower()
    readers = {
        "csv": _csv,
        "tsv": _csv,
        "txt": _csv,
        "xlsx": _xlsx,
        "jsonl": _json_lines,
    }
    if ending not in readers:
        raise Refusal(_("The file must end in .csv, .xlsx or .jsonl."))
    numbered = list(readers[ending](content))
    if not numbered:
        raise Refusal(_("There are no rows in the file."))
    if len(numbered) > MOST_ROWS:
        raise Refusal(_("There are more than %(num)d rows in the file.", num=MOST_ROWS))
    columns = tuple(dict.fromkeys(key for _number, row in numbered for key in row))
    return Table(
        columns,
        tuple(row for _number, row in numbered),
        tuple(number for number, _ in numbered),
    )


def _json_lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(_decoded(content).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise Refusal(_("Row %(num)d is not JSON.", num=number)) from None
        if not isinstance(row, dict):
            raise Refusal(_("Row %(num)d is not a JSON object.", num=number))
        yield number, {clean_text(str(key), 200): _plain(value) for key, value in row.items()}


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return "" if value is None else str(value)


def _csv(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    text = _decoded(content)
    head = text.splitlines()[0] if text.splitlines() else ""
    separator = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = list(reader)
    except csv.Error as error:
        sentence = _("The file is not CSV: %(error)s.", error=str(error))
        raise Refusal(sentence) from None
    yield from _headed(list(enumerate(rows, start=1)))


def open_workbook(content: bytes) -> Any:
    """An Excel workbook, once it is known that it does not unpack to more than it should.

    Raises:
        Refusal: when it is too large, packed like a bomb or no workbook at all.
    """
    import openpyxl

    if len(content) > LARGEST_FILE:
        raise Refusal(_("The file is larger than 5 MB. Divide it into several files."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size > LARGEST_UNPACKED or size > LARGEST_RATIO * max(1, len(content)):
                raise Refusal(_("The file unpacks to more than it should. It was not opened."))
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Refusal:
        raise
    except UNREADABLE:
        raise Refusal(_("The file is not an Excel workbook that can be read.")) from None


def _xlsx(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    book = open_workbook(content)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            if any(cell is not None for cell in cells):
                rows.append((number, [_plain(cell) for cell in cells]))
            if len(rows) > MOST_ROWS + 1:
                break
    except UNREADABLE:
        raise Refusal(_("The file is not an Excel workbook that can be read.")) from None
    yield from _headed(rows)


def _headed(rows: Sequence[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows under the names in the first one; empty rows, and empty cells at an end, are left."""
    head = [clean_text(name, 200) for name in rows[0][1]] if rows else []
    if not any(head) or len(set(filter(None, head))) < len(list(filter(None, head))):
        raise Refusal(_("The first row must name the columns, each by a name of its own."))
    for number, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(head) :]):
            raise Refusal(_("Row %(num)d has more cells than there are columns.", num=number))
        yield (
            number,
            {name: cell for name, cell in zip(head, row, strict=False) if name},
        )


def _decoded(content: bytes) -> str:
    """UTF-8 or UTF-16, with or without a mark, or the Windows letters of old Excel."""
    encodings: tuple[str, ...]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    elif content[1:2] == content[3:4] == b"\0":
        encodings = ("utf-16-le",)
    elif content[0:1] == content[2:3] == b"\0":
        encodings = ("utf-16-be",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(_("The letters of the file cannot be read. Save it as UTF-8."))


def mapped(table: Table, columns: Mapping[str, str]) -> dict[str, str]:
    """Which column holds which field: as told, otherwise a column of the field's own name.

    Raises:
        Refusal: when a field is unknown, a column is missing or nothing holds the text.
    """
    found = {field: field for field in FIELDS if field in table.columns} | dict(columns)
    for field, column in found.items():
        if field not in FIELDS:
            raise Refusal(
                _(
                    "“%(field)s” is no field. The fields are %(fields)s.",
                    field=field,
                    fields=", ".join(FIELDS),
                )
            )
        if column not in table.columns:
            raise Refusal(
                _(
                    "There is no column “%(column)s”. The columns are %(columns)s.",
                    column=column,
                    columns=", ".join(table.columns),
                )
            )
    if "text" not in found:
        raise Refusal(
            _(
                "Say which column holds the stories, for example --map text=%(column)s.",
                column=table.columns[0],
            )
        )
    return found


def preview(table: Table, columns: Mapping[str, str], rows: int = 5) -> str:
    """What the first rows would become, and how many there are."""
    found = mapped(table, columns)
    lines = [_("%(num)d rows. The columns are read like this:", num=len(table.rows))]
    lines += [f"  {field} ← {column}" for field, column in found.items()]
    left = [column for column in table.columns if column not in found.values()]
    if left:
        lines.append(_("Not brought in: %(columns)s.", columns=", ".join(left)))
    for number, row in list(zip(table.numbers, table.rows, strict=True))[:rows]:
        text = " ".join(clean_text(row.get(found["text"], "")).split())
        lines.append(f"  {number}: {text[:100]}")
    return "\n".join(lines)


def bring_in(session: Session, slug: str, table: Table, columns: Mapping[str, str]) -> int:
    """Make a contribution of every row; the number of them.

    Nothing is published from them until a person has read it. The same rows in the same dialogue
    are refused the second time.

    Raises:
        Refusal: names every row that cannot come in, by its number. Nothing was changed then.
    """
    dialogue = session.scalars(select(Dialogue).where(Dialogue.slug == slug)).first()
    if dialogue is None:
        raise Refusal(_("There is no dialogue with the address “%(slug)s”.", slug=slug))
    found = mapped(table, columns)
    made: list[Contribution] = []
    wrong: list[str] = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        cells = {field: clean_text(row.get(column, "")) for field, column in found.items()}
        try:
            made.append(_contribution(dialogue, cells))
        except Refusal as refusal:
            wrong.append(_("Row %(num)d: %(fault)s", num=number, fault=refusal.sentence))
    if wrong:
        more = len(wrong) - SHOWN_ERRORS
        tail = [_("… and %(num)d more rows.", num=more)] if more > 0 else []
        raise Refusal("\n".join([_("Nothing came in."), *wrong[:SHOWN_ERRORS], *tail]))
    seal = _seal(table)
    if seal in _brought_in_before(session, dialogue):
        raise Refusal(_("These rows have been brought in before. Nothing came in."))
    session.add_all(made)
    session.flush()
    audit.record(session, ACT, dialogue.id, by="administrator", count=len(made), rows=seal)
    return len(made)


def _seal(table: Table) -> str:
    """A digest of the rows in an order of its own, so that the same rows are known again."""
    rows = sorted(json.dumps(dict(row), sort_keys=True) for row in table.rows)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _brought_in_before(session: Session, dialogue: Dialogue) -> set[str]:
    facts = select(audit.AuditEvent.facts).where(
        audit.AuditEvent.act == ACT, audit.AuditEvent.subject == str(dialogue.id)
    )
    return {str(told.get("rows", "")) for told in session.scalars(facts)}


def _contribution(dialogue: Dialogue, cells: Mapping[str, str]) -> Contribution:
    text = cells["text"]
    if not text:
        raise Refusal(_("there is no text."))
    if len(text) >= LONGEST_STORY:
        raise Refusal(_("the text is longer than %(num)d characters.", num=LONGEST_STORY))
    lang = cells.get("lang") or "sv"
    if not (len(lang) <= 12 and lang.replace("-", "").isalnum()):
        raise Refusal(_("“%(lang)s” is no language code.", lang=lang[:20]))
    uses = _uses(cells.get("uses", ""))
    story = Story(dialogue_id=dialogue.id, question="import", text=text, lang=lang, points={},
                  area=cells.get("area", "")[:60])  # fmt: skip
    mint = receipts()
    return Contribution(
        dialogue_id=dialogue.id,
        receipt_hash=mint.hash_of(mint.code_for(new_answer_key())),
        content_hash=hashlib.sha256(text.encode()).digest(),
        channel=_one_of(Channel, cells.get("channel") or Channel.IMPORT),
        voice=_one_of(Voice, cells.get("voice") or Voice.UNSAID),
        lang=lang,
        received_on=_day(cells.get("date", "")),
        uses=uses,
        consent_version="import",
        stories=[story],
    )


def _one_of(kind: Any, text: str) -> Any:
    if text not in list(kind):
        raise Refusal(
            _(
                "“%(text)s” is not one of %(names)s.",
                text=text[:40],
                names=", ".join(kind),
            )
        )
    return kind(text)


def _uses(text: str) -> list[str]:
    asked = text.replace(",", " ").replace(";", " ").split()
    return [
        Use.ANALYSIS.value,
        *(use.value for use in Use if use in asked and use != Use.ANALYSIS),
    ]


def _day(text: str) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refusal(
            _("“%(text)s” is no date; write it like 2026-11-30.", text=text[:40])
        ) from None
