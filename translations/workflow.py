"""``python -m translations.workflow update | compile | check``: the texts' way from code to page.

``update`` extracts anew and carries it into ``sv``; ``compile`` makes what the application
reads; ``check`` says what is missing and exits with 1 if anything is.
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TEMPLATE = HERE / "messages.pot"
SWEDISH = HERE / "sv" / "LC_MESSAGES" / "messages.po"
FORMS = 2
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def extracted() -> Catalog:
    """Every text that the code and the templates show, in a stable order."""
    catalog = Catalog(project="Viktigt för dig", charset="utf-8", header_comment="")
    with (HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for name, _line, message, comments, context in sorted(
        extract_from_dir(ROOT, methods, options, keywords=KEYWORDS), key=lambda found: found[:2]
    ):
        catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "marked": None,
}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, omit_header=True, include_lineno=False, sort_output=True)


def update() -> None:
    """Extract the texts and carry them into the Swedish catalogue, keeping what is translated."""
    fresh = extracted()
    write(TEMPLATE, fresh)
    swedish = read(SWEDISH) if SWEDISH.exists() else Catalog(locale="sv")
    swedish.locale = "sv"  # type: ignore[assignment]
    swedish.update(fresh, no_fuzzy_matching=True)
    swedish.obsolete.clear()
    write(SWEDISH, swedish)
    print(f"{len(fresh)} texts, {len(missing(swedish))} without Swedish")


def compile_catalogues() -> None:
    """Make the binary catalogue that the application reads; put in place whole, in one step."""
    swedish = read(SWEDISH)
    swedish.locale = "sv"  # type: ignore[assignment]
    for message in swedish:
        message.flags.discard("fuzzy")
    fresh = SWEDISH.with_suffix(f".{os.getpid()}.mo")
    with fresh.open("wb") as file:
        write_mo(file, swedish)
    fresh.replace(SWEDISH.with_suffix(".mo"))


def missing(catalog: Catalog) -> list[str]:
    """The texts without a translation."""
    found = []
    for message in catalog:
        parts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(parts):
            found.append(str(message.id))
    return found


def placeholders_match(message: Message) -> bool:
    """Whether each Swedish form has the placeholders of its English one.

    A form for exactly one thing may leave the number out, where the plural has it.
    """
    if not isinstance(message.string, tuple):
        return found_in(str(message.string)) == found_in(str(message.id))
    one, many = (found_in(each) for each in message.id)
    said = [found_in(each) for each in message.string]
    return len(said) == FORMS and said[0] in (one, many) and said[1] == many


def found_in(text: str) -> list[str]:
    """The placeholders of a text, in the order of the alphabet, as often as they stand."""
    return sorted(PLACEHOLDER.findall(text))


def faults() -> list[str]:
    """Everything that keeps the Swedish from being complete, a sentence each."""
    fresh, swedish = extracted(), read(SWEDISH)
    wanted, held = (
        {str(message.id) for message in each if message.id} for each in (fresh, swedish)
    )
    found = [f"not in the catalogue (run: make translations): {text}" for text in wanted - held]
    found += [f"no longer used (run: make translations): {text}" for text in held - wanted]
    found += [f"without Swedish: {text}" for text in missing(swedish)]
    found += [
        f"other placeholders than the English: {message.id}"
        for message in swedish
        if message.id and not placeholders_match(message)
    ]
    buffer = io.BytesIO()
    write_po(buffer, fresh, width=100, omit_header=True, include_lineno=False, sort_output=True)
    if TEMPLATE.read_bytes() != buffer.getvalue():
        found.append("messages.pot is not what a fresh extraction gives (run: make translations)")
    return sorted(found)


def main() -> None:
    act = sys.argv[1] if len(sys.argv) > 1 else "check"
    if act == "update":
        update()
        compile_catalogues()
    elif act == "compile":
        compile_catalogues()
    else:
        found = faults()
        print("\n".join(found) or "The Swedish is complete.")
        sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
