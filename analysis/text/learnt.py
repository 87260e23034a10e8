"""Learnt: guides that this process has learned already, found again by what the codebook says.

A worker reads host after host with the same shipped codebook; learning it anew costs half a second.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from analysis.text.embedding import Embedder
from analysis.text.guidance import Codebook
from analysis.text.guiding import Guide, Told, learned
from analysis.text.lessons import shipped_lessons

MOST = 6
"""Guides kept; the one that was asked for longest ago goes first."""

_LOCK = threading.Lock()
_KEPT: OrderedDict[bytes, Guide] = OrderedDict()


def guide_of(codebook: Codebook, embedder: Embedder, told: Told) -> Guide:
    """What the embedder makes of a codebook: learned once a process, whoever asks.

    Raises ValueError for a codebook without a theme.
    """
    mark = whole_mark(codebook, embedder)
    with _LOCK:
        if mark in _KEPT:
            _KEPT.move_to_end(mark)
            return _KEPT[mark]
    guide = learned(codebook, embedder, told, shipped_lessons(mark))
    with _LOCK:
        _KEPT[mark] = guide
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return guide


def whole_mark(codebook: Codebook, embedder: Embedder) -> bytes:
    """Sixteen bytes that stand for a codebook as an embedder makes it out."""
    told = embedder.key.encode() + content_mark(codebook)
    return hashlib.blake2b(told, digest_size=16).digest()


def content_mark(codebook: Codebook) -> bytes:
    """Sixteen bytes that stand for every word of a codebook (seeds of people included)."""
    return hashlib.blake2b(repr(codebook).encode("utf-8", "replace"), digest_size=16).digest()
