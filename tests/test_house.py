"""What holds for the repository as a whole: documents that match the code, files of a readable size, light imports."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import variorum
from variorum.cli import VERBS, main

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))
ROOMS = sorted(module.name for module in pkgutil.iter_modules(variorum.__path__) if module.ispkg)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _methods() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        module = importlib.import_module(f"variorum.{room}")
        for table in ("METHODS", "METRICS", "AGREEMENT", "CORPORA", "DELIVERIES", "LOSSES", "ANNOTATORS"):
            yield from ((room, name) for name in getattr(module, table, {}))


METHODS = sorted(_methods())


def _tracked() -> list[Path]:
    """Files that belong to the repository; outside of git, all that are not hidden."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0:
        names = done.stdout.decode("utf-8").split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not any(p.startswith(".") for p in path.parts)]


def _commands(page: Path) -> list[str]:
    """Command lines in the shell blocks of a page."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


COMMANDS = [
    (page.name, line) for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES] for line in _commands(page)
]


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 60
    assert len(METHODS) > 40
    assert {room for room, _ in METHODS} >= {"acquisition", "assignment", "corpora", "evaluation", "features", "labels"}
    assert len(COMMANDS) > 10


@pytest.mark.parametrize(("room", "name"), METHODS)
def test_every_method_is_on_its_rooms_page_and_among_the_papers(room: str, name: str) -> None:
    page = (ROOT / "docs" / f"{room}.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page or f"## {name}" in page, f"give {name} a row in docs/{room}.md"
    papers = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
    named = rf"[`\s\"]{re.escape(name)}[`\s]"
    known = re.search(named, papers) or name.startswith("synthetic-")
    assert known, f"give {name} a row in docs/papers.md: paper, function, command"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb: str) -> None:
    assert f"## `variorum {verb}`" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"`{verb}`" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_room_has_a_page_and_a_place_on_the_maps() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for room in ROOMS:
        assert (ROOT / "docs" / f"{room}.md").is_file()
        assert f"| `{room}` |" in architecture
        assert f"[{room}]({room}.md)" in index
        assert f"\n  {room}/" in readme


def test_every_page_is_listed() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    names = [page.relative_to(ROOT / "docs").as_posix() for page in PAGES]
    assert [name for name in names if f"]({name})" not in index and name != "index.md"] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)\)", prose)
    assert [t for t in targets if "://" not in t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_commands_on_pages_exist(page: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    elif words[0] == "variorum" and words[1] != "--version":
        assert words[1] in VERBS
        assert main([words[1], "--help"]) == 0
        shown = capsys.readouterr().out
        assert [word for word in words[2:] if word.startswith("--") and word not in shown] == []
    else:
        assert words[0] in ("variorum", "pip", "python") or (ROOT / words[0]).is_file()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_have_a_map(room: str) -> None:
    module = importlib.import_module(f"variorum.{room}")
    names = module.__all__
    upper = [n for n in names if n.isupper()]
    classes = [n for n in names if n[0].isupper() and not n.isupper()]
    functions = [n for n in names if n[0].islower()]
    assert list(names) == sorted(upper) + sorted(classes) + sorted(functions)
    assert all(hasattr(module, name) for name in names)


@pytest.mark.parametrize(
    "command", ["import variorum", "import variorum; variorum.read, variorum.evaluation, variorum.labels"]
)
def test_import_is_light(command: str) -> None:
    heavy = [
        "torch",
        "transformers",
        "fastapi",
        "flask",
        "sqlalchemy",
        "ray",
        "altair",
        "pandas",
        "pyarrow",
        "matplotlib",
    ]
    probe = f"{command}; import sys; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_import_alone_loads_not_even_numpy() -> None:
    probe = "import variorum, sys; print('numpy' in sys.modules, len(dir(variorum)) > 10)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_names_of_the_front_door() -> None:
    for name in variorum.__all__:
        assert getattr(variorum, name) is not None
    for room in (*ROOMS, "errors"):
        if room != "cli":
            assert getattr(variorum, room).__name__ == f"variorum.{room}"
    with pytest.raises(AttributeError, match="'varorium'"):
        variorum.varorium  # noqa: B018


def test_one_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = PROJECT["project"]["version"]
    assert variorum.__version__ == version
    assert re.search(r"^version: (.+)$", citation, flags=re.MULTILINE)[1] == version
    assert re.search(r"^## \[(.+?)\]", changelog, flags=re.MULTILINE)[1] == version


def test_no_machine_is_named() -> None:
    # Split, so that this file does not find itself.
    places = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/op" + "t/", "C:" + "\\\\Users"]
    registries = ["pypi" + ".org", "pythonhosted" + ".org", "anaconda" + ".org", "download.pytorch" + ".org"]
    found = []
    for path in _tracked():
        if path.suffix in (".png", ".jpg", ".npy", ".parquet"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [(str(path.relative_to(ROOT)), word) for word in (*places, *registries) if word in text]
    assert found == []


def test_constraints_are_plain_pins_of_everything() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in lines if not line.startswith("#"))
    assert pins["torch"] == "2.13.0"
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    names = {re.split(r"[\[>=<]", line)[0] for line in wanted} - {"variorum"}
    assert names <= set(pins)


def test_oldest_constraints_are_the_lower_bounds() -> None:
    spec = importlib.util.spec_from_file_location("oldest", ROOT / "scripts" / "oldest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    oldest = module.oldest(ROOT / "pyproject.toml")
    assert (ROOT / "constraints-oldest.txt").read_text(encoding="utf-8").splitlines() == oldest
    # Every dependency has a lower bound, or the list would say nothing about it.
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    assert len(oldest) == len({line for line in wanted if not line.startswith("variorum[")})
