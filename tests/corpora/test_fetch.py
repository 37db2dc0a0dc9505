"""The fetcher against a local server that misbehaves in every way that we know of."""

import hashlib
import io
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.corpora import CorpusSpec, RemoteFile, catalogue, fetch_corpus, load_corpus
from variorum.corpora.fetch import fetch_file
from variorum.errors import ChecksumError, CorpusError, FetchError

CONTENT = b"item,annotator,label\n" + b"a,b,yes\n" * 20_000
SHA = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """What is served depends on the path."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        getattr(self, "serve_" + self.path.strip("/").replace("-", "_").split("/")[0])()

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def serve_good(self) -> None:
        self._head(200, Content_Length=str(len(CONTENT)))
        self.wfile.write(CONTENT)

    def serve_chunked(self) -> None:
        self._head(200, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(CONTENT), CONTENT))

    def serve_moved(self) -> None:
        self._head(302, Location="/good", Content_Length="0")

    def serve_changed(self) -> None:
        self._head(200, Content_Length="5")
        self.wfile.write(b"other")

    def serve_cut(self) -> None:
        self._head(200, Content_Length=str(len(CONTENT)))
        self.wfile.write(CONTENT[:1000])
        self.close_connection = True

    def serve_cut_at_once(self) -> None:
        self._head(200, Content_Length=str(len(CONTENT)))
        self.close_connection = True

    def serve_cut_chunk(self) -> None:
        self._head(200, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%b" % (len(CONTENT), CONTENT[:70_000]))
        self.close_connection = True

    def serve_cut_unannounced(self) -> None:
        self._head(200, Connection="close")
        self.wfile.write(CONTENT[:1000])
        self.close_connection = True

    def serve_reset(self) -> None:
        self._head(200, Content_Length=str(len(CONTENT)))
        self.wfile.write(CONTENT[:1000])
        self.wfile.flush()
        # Linger 0: the socket is reset rather than closed.
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        )
        self.connection.close()
        self.close_connection = True

    def serve_silent(self) -> None:
        self._head(200, Content_Length=str(len(CONTENT)))
        self.wfile.write(CONTENT[:1000])
        self.wfile.flush()
        time.sleep(1.0)
        self.close_connection = True

    def serve_nonsense(self) -> None:
        self.wfile.write(b"not http at all\r\n\r\n")
        self.close_connection = True

    def serve_missing(self) -> None:
        self._head(404, Content_Length="0")

    def serve_broken(self) -> None:
        self._head(500, Content_Length="0")

    def serve_loop(self) -> None:
        self._head(302, Location="/loop", Content_Length="0")

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the handler has broken on purpose is no news."""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of the local server."""
    monkeypatch.setenv("no_proxy", "*")
    Handler.asked = []
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("way", ["good", "chunked", "moved"])
def test_a_file_arrives_whole_under_its_name(home: str, way: str, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    place = fetch_file(
        RemoteFile("a/b.csv", f"{home}/{way}", SHA),
        tmp_path,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert place == tmp_path / "a" / "b.csv"
    assert place.read_bytes() == CONTENT
    assert files_below(tmp_path) == ["a/b.csv"]
    assert told[-1] == (len(CONTENT), None if way == "chunked" else len(CONTENT))
    assert [done for done, _ in told] == sorted({done for done, _ in told}), "progress only grows"


@pytest.mark.parametrize(
    ("way", "error", "message"),
    [
        ("changed", ChecksumError, rf"sent a file with the sha256 .*, and {SHA} was pinned; it was thrown away"),
        ("cut", FetchError, rf"cut after 1000 of {len(CONTENT)} bytes"),
        ("cut-at-once", FetchError, rf"cut after 0 of {len(CONTENT)} bytes"),
        ("cut-chunk", FetchError, "could not be fetched. (The connection was cut|There is no connection)"),
        ("cut-unannounced", ChecksumError, "was pinned; it was thrown away"),
        ("reset", FetchError, "could not be fetched. (The connection was cut|There is no connection)"),
        ("silent", FetchError, "could not be fetched. .*timed out"),
        ("nonsense", FetchError, "could not be fetched"),
        ("missing", FetchError, r"answered 404 \(Not Found\)"),
        ("broken", FetchError, r"answered 500 \(Internal Server Error\)"),
        ("loop", FetchError, "answered 302"),
    ],
)
def test_what_goes_wrong_is_said_and_leaves_nothing(
    home: str, way: str, error: type[CorpusError], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message) as raised:
        fetch_file(RemoteFile("a/b.csv", f"{home}/{way}", SHA), tmp_path, timeout=0.3)
    said = str(raised.value)
    assert f"{home}/{way}" in said
    assert str(tmp_path / "a" / "b.csv") in said
    assert "VARIORUM_DATA" in said
    assert files_below(tmp_path) == []


def test_no_network_names_the_address_the_folder_and_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/x"
        with pytest.raises(FetchError, match=r"There is no connection .* place the file by hand .* VARIORUM_DATA"):
            fetch_file(RemoteFile("a/b.csv", url, SHA), tmp_path)
    assert files_below(tmp_path) == []


def test_only_http_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="not an http or https address"):
        fetch_file(RemoteFile("a/b.csv", (tmp_path / "x").as_uri(), SHA), tmp_path)


def test_a_place_that_cannot_be_written_is_an_error_of_ours(home: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file where a folder should be")
    with pytest.raises(FetchError, match="cannot be written"):
        fetch_file(RemoteFile("a/b.csv", f"{home}/good", SHA), tmp_path)
    assert files_below(tmp_path) == ["a"]


def test_an_interrupt_leaves_nothing(home: str, tmp_path: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_file(RemoteFile("a/b.csv", f"{home}/good", SHA), tmp_path, on_progress=interrupt)
    assert files_below(tmp_path) == []


def tiny_spec(home: str, *ways: str) -> CorpusSpec:
    scheme = LabelScheme.nominal(["no", "yes"])

    def read(root: Path) -> Corpus:
        rows = (root / "tiny" / "0.csv").read_text().splitlines()[1:]
        n = len(rows)
        items = Items(tuple(str(i) for i in range(n)))
        votes = Annotations(scheme, items, Annotators(("tiny:b",)), range(n), [0] * n, [1] * n)  # type: ignore[arg-type]
        return Corpus("tiny", votes)

    files = tuple(RemoteFile(f"tiny/{n}.csv", f"{home}/{way}", SHA) for n, way in enumerate(ways))
    return CorpusSpec("tiny", "Tiny [set]", scheme, "CC0 [1]", "https://example.org", files, False, read, "Nothing.")


def captured() -> tuple[Console, Callable[[], str]]:
    stream = io.StringIO()
    return Console(file=stream, width=200), stream.getvalue


def test_a_corpus_is_announced_with_its_licence_first(home: str, tmp_path: Path) -> None:
    console, said = captured()
    fetch_corpus(tiny_spec(home, "good", "chunked"), tmp_path, console=console)
    assert files_below(tmp_path) == ["tiny/0.csv", "tiny/1.csv"]
    assert said().index("Licence: CC0 [1]") < said().index("tiny/0.csv")
    assert f"Fetching Tiny [set] (https://example.org) from {home}\n" in said()


def test_what_is_there_is_kept_and_what_failed_is_tried_again(home: str, tmp_path: Path) -> None:
    console, _ = captured()
    with pytest.raises(FetchError, match="404"):
        fetch_corpus(tiny_spec(home, "good", "missing"), tmp_path, console=console)
    assert files_below(tmp_path) == ["tiny/0.csv"]
    Handler.asked.clear()
    fetch_corpus(tiny_spec(home, "good", "chunked"), tmp_path, console=console)
    assert Handler.asked == ["/chunked"]


def test_what_is_there_and_wrong_is_not_overwritten(home: str, tmp_path: Path) -> None:
    console, _ = captured()
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "0.csv").write_text("my own work")
    with pytest.raises(ChecksumError, match="Remove it to have it fetched again"):
        fetch_corpus(tiny_spec(home, "good"), tmp_path, console=console)
    assert (tmp_path / "tiny" / "0.csv").read_text() == "my own work"


def test_load_corpus_fetches_once_into_the_cache(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VARIORUM_DATA", str(tmp_path / "empty"))
    monkeypatch.setattr("variorum.corpora.fetch.cache_root", lambda: tmp_path / "cache")
    monkeypatch.setattr("variorum.corpora.find.cache_root", lambda: tmp_path / "cache")
    monkeypatch.setitem(catalogue.CORPORA, "tiny", tiny_spec(home, "good"))
    assert len(load_corpus("tiny").annotations) == 20_000
    said = capfd.readouterr()
    assert "Licence: CC0 [1]" in said.err
    assert said.out == ""
    again = load_corpus("tiny")
    assert again.path == tmp_path / "cache"
    assert Handler.asked == ["/good"]
    (tmp_path / "cache" / "tiny" / "0.csv").write_text("spoilt")
    with pytest.raises(ChecksumError, match=r"0\.csv has the sha256"):
        load_corpus("tiny")
