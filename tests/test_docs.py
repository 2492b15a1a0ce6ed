"""The documentation tells what is there: every setting, every command, every module."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic_core import PydanticUndefined

from console import cli
from console.settings import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
COMMANDS = DOCS / "commands.md"
MAP = DOCS / "map.md"


def _commands(group: Any, path: tuple[str, ...] = ("kizuna",)) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


ALL = dict(_commands(typer.main.get_command(cli.app)))


# --- settings


def _plain(default: object) -> str:
    """A default as one would write it in the environment."""
    if default is None or default is PydanticUndefined or str(default) in ("", "()"):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _table() -> str:
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `KIZUNA_{name.upper()}` | {_plain(field.default)} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_page_is_the_settings() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    table = re.search(r"^\| setting .*?(?=\n\n|\n?\Z)", page, re.DOTALL | re.MULTILINE)
    assert table is not None
    assert table[0].strip() == _table(), f"docs/settings.md should have this table:\n{_table()}"


def test_no_page_names_a_setting_that_is_not() -> None:
    known = {f"KIZUNA_{name.upper()}" for name in Settings.model_fields}
    for page in [ROOT / "README.md", *DOCS.glob("*.md")]:
        named = set(re.findall(r"\bKIZUNA_[A-Z_]+\b", page.read_text(encoding="utf-8")))
        assert named <= known, page.name


# --- commands


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_command_and_its_options_are_told(name: str) -> None:
    page = COMMANDS.read_text(encoding="utf-8")
    assert re.search(rf"`{name}[` ]", page), f"docs/commands.md lacks {name}"
    for parameter in ALL[name].params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in page, f"docs/commands.md lacks {option} of {name}"
    assert ALL[name].help


def test_no_page_tells_a_command_that_is_not() -> None:
    groups = {name.rsplit(" ", 1)[0] for name in ALL}
    for page in [ROOT / "README.md", *DOCS.glob("*.md")]:
        for told in re.findall(r"`(?:\.venv/bin/)?(kizuna [a-z]+(?: [a-z]+)?)", page.read_text(encoding="utf-8")):
            words = told.split()
            assert {told, " ".join(words[:2])} & (ALL.keys() | groups), f"{page.name}: {told}"


# --- the map


def _told() -> list[str]:
    """Paths that lines of the map begin with."""
    return re.findall(r"^- `([^`]+)`", MAP.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_path_of_the_map_is_there_once() -> None:
    told = _told()
    assert [path for path in told if not (ROOT / path).exists()] == []
    assert len(told) == len(set(told))


def test_every_module_stands_in_the_map() -> None:
    modules = [
        f"{one.relative_to(ROOT)}{'/' if one.is_dir() else ''}"
        for room in ("console", "ingest", "prompts")
        for one in sorted((ROOT / room).iterdir())
        if (one.suffix == ".py" and one.name != "__init__.py") or (one / "__init__.py").is_file()
    ]
    assert sorted(set(modules) - set(_told())) == []


def test_the_map_goes_up_the_layers_of_ingest() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one.get("containers") == ["ingest"]]
    told = [
        path.removeprefix("ingest/").rstrip("/").removesuffix(".py") for path in _told() if path.startswith("ingest/")
    ]
    assert [name for name in told if name in layers] == [name for name in reversed(layers) if name in told]


def test_the_map_of_the_console_goes_up() -> None:
    told = [Path(path).stem for path in _told() if re.fullmatch(r"console/\w+\.py", path)]
    for place, name in enumerate(told):
        source = (ROOT / "console" / f"{name}.py").read_text(encoding="utf-8")
        imported = set(re.findall(r"^from console\.(\w+) import", source, re.MULTILINE))
        for several in re.findall(r"^from console import (.+)$", source, re.MULTILINE):
            imported |= {one.split()[0] for one in several.split(", ")}
        assert not imported & set(told[place + 1 :]), name


def test_links_between_pages_lead_somewhere() -> None:
    lost = []
    for page in [ROOT / "README.md", *DOCS.glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            lost += [] if (page.parent / target).exists() else [f"{page.name}: {target}"]
    assert lost == []
