"""The page of the widget: the list, the form and its draft, the tag, keys and the secret, and the way back."""

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import fake_desk
import pytest
from streamlit.testing.v1 import AppTest

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.pages import session, shell, sites_form, sites_preview
from console.pages import sites as page_module
from console.pages.language import say
from console.widget import embed, identity, sites, visitor
from ingest.store import sites as shelf
from ingest.store.sites import Site

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
NASTY = "<b>Mori</b> [x](javascript:alert(1)) :red[y] $z$"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.home = cast(Any, SimpleNamespace(path=tmp_path, close=lambda: None))
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import sites

    sites.show(current(), Account("naoko", "Naoko Hayashi", cast(Any, role), lang))


def _page(lang: str = "en", role: str = "supervisor") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "role": role}, default_timeout=20).run()
    assert not page.exception
    return page


def _click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def _part(page: AppTest, name: str) -> AppTest:
    page.segmented_control(key="sites_part").set_value(name).run()
    assert not page.exception
    return page


def _every(made: Desk) -> list[Site]:
    with made.db.read() as db:
        return shelf.every(db)


def _said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.info)
    return "\n".join(one.value for kind in kinds for one in kind)


@pytest.fixture
def mori(made: Desk) -> Site:
    site = sites.create(made.db, NASTY, NAOKO).after
    empty = dict.fromkeys(sites.TEXTS, "")
    texts = {"en": empty | {"title": "Mori", "greeting": "Hi"}, "ja": empty}
    return sites.save(made.db, replace(site, origins=("https://mori.example",), texts=texts), NAOKO).after


def test_an_empty_page_says_what_to_do_and_the_first_site_opens(made: Desk) -> None:
    page = _page()
    assert "No site yet" in _said(page)
    _click(page, "sites_new")
    assert [one.name for one in _every(made)] == ["My site"]
    assert page.text_input(key="site_name").value == "My site"
    assert "Made a site" in _said(page)
    _click(page, "sites_undo")
    assert _every(made) == []
    assert "No site yet" in _said(page)


def test_agents_see_nothing_of_it(made: Desk, mori: Site) -> None:
    page = _page(role="agent")
    assert page.info[0].value == "This page is for supervisors."
    assert not page.button
    assert {"sites"} <= shell.PAGES.keys() & set(shell._SUPERVISORS)


def test_what_is_written_is_a_draft_until_it_is_saved(made: Desk, mori: Site) -> None:
    page = _page()
    assert page.button(key="sites_save").disabled
    page.text_input(key="site_title_ja").set_value("モリ").run()
    page.text_area(key="site_origins").set_value("https://mori.example\n\n https://日本.jp \n").run()
    page.checkbox(key="site_own_dark").check().run()
    page.color_picker(key="site_accent_dark").set_value("#ffe000").run()
    page.number_input(key="site_offset").set_value(32).run()
    assert "Not saved yet" in _said(page)
    assert "Black text on it, contrast 1" in _said(page)
    assert _every(made) == [mori]
    _part(page, "tag")
    _part(page, "look")
    assert page.text_input(key="site_title_ja").value == "モリ"  # looking elsewhere loses nothing
    _click(page, "sites_save")
    (kept,) = _every(made)
    assert kept.origins == ("https://mori.example", "https://xn--wgv71a.jp")
    assert (kept.texts["ja"]["title"], kept.accent, kept.accent_dark, kept.offset) == ("モリ", "", "#ffe000", 32)
    assert page.text_area(key="site_origins").value == "https://mori.example\nhttps://xn--wgv71a.jp"
    assert page.button(key="sites_save").disabled
    _click(page, "sites_undo")
    (back,) = _every(made)
    assert replace(back, changed=mori.changed) == mori
    assert page.text_input(key="site_title_ja").value == ""


def test_what_is_wrong_is_said_and_nothing_is_lost(made: Desk, mori: Site) -> None:
    page = _page()
    page.text_area(key="site_origins").set_value("https://*.example").run()
    _click(page, "sites_save")
    assert "is not an origin" in page.toast[0].value.replace("\\", "")
    assert page.text_area(key="site_origins").value == "https://*.example"
    assert _every(made) == [mori]


def test_a_change_by_somebody_else_is_not_undone(made: Desk, mori: Site) -> None:
    page = _page()
    _click(page, "sites_switch")
    sites.save(made.db, replace(_every(made)[0], accent="#ff0000"), NAOKO)
    _click(page, "sites_undo")
    assert "changed this site since" in page.toast[0].value
    assert [(one.on, one.accent) for one in _every(made)] == [(False, "#ff0000")]


def test_names_are_shown_as_they_are(made: Desk, mori: Site) -> None:
    page = _page()
    shown = page.button(key=f"sites_line_{mori.id}").label
    assert "\\<b\\>" in shown
    assert "\\:red" in shown
    _click(page, "sites_switch")
    assert "off" in page.button(key=f"sites_line_{mori.id}").label


def test_the_preview_has_what_is_not_saved(mori: Site) -> None:
    draft = replace(mori, accent="#FFE000", accent_dark="no colour", side="left")
    address = urlsplit(sites_preview.address(mori, draft, "en", "dark"))
    told = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert (address.path, told["id"], told["scheme"], told["lang"]) == ("/widget/preview", mori.id, "dark", "en")
    assert json.loads(told["draft"]) == {"title": "Mori", "greeting": "Hi", "accent": "#ffe000", "side": "left"}


def test_the_tag_its_hash_and_a_new_key(made: Desk, mori: Site) -> None:
    made.settings = made.settings.model_copy(update={"url": "https://desk.example"})
    page = _part(_page(), "tag")
    codes = [one.value for one in page.code]
    assert codes[0] == embed.snippet("https://desk.example", mori.key)
    assert embed.integrity() in codes
    assert any("script-src https://desk.example" in one for one in codes)
    page.toggle(key="sites_pinned").set_value(True).run()
    assert embed.integrity() in page.code[0].value
    _click(page, "sites_new_key")
    (now,) = _every(made)
    assert now.key in page.code[0].value
    assert now.former_key == mori.key
    assert "The former key is good until" in _said(page)
    _click(page, "sites_undo")
    assert mori.key in page.code[0].value


def test_a_site_without_addresses_says_so(made: Desk) -> None:
    sites.create(made.db, "New", NAOKO)
    assert "No page may show this chat yet" in _said(_part(_page(), "tag"))


def test_the_secret_is_shown_once_and_cannot_be_undone(made: Desk, mori: Site) -> None:
    page = _part(_page(), "identity")
    assert all("kss_" not in one.value for one in page.code)
    _click(page, "sites_new_secret")
    (now,) = _every(made)
    shown = identity.secret(visitor.secret(made.home.path), now)
    assert page.code[0].value == shown
    assert not [one for one in page.button if one.key == "sites_undo"]
    assert any(now.key in one.value and "HS256" in one.value for one in page.code[1:])
    _click(page, "sites_kept")
    assert all(shown not in one.value for one in page.code)
    page.checkbox(key="sites_leaked").check().run()
    _click(page, "sites_new_secret")
    (later,) = _every(made)
    assert (later.secret, later.former_secret_ends) == (2, None)
    assert page.code[0].value != shown
    _part(_part(page, "tag"), "identity")
    assert all("kss_" not in one.value for one in page.code)


def test_the_examples_are_code(mori: Site) -> None:
    from console.pages import sites_identity

    python = sites_identity.PYTHON.substitute(key=mori.key)
    assert isinstance(ast.parse(python), ast.Module)
    for name in ("aud", "sub", "jti", "exp"):
        assert f'"{name}"' in python
    node = sites_identity.NODE.substitute(key=mori.key)
    assert node.count("{") == node.count("}")


def test_after_signing_out_nothing_is_changed(made: Desk, mori: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _page()
    monkeypatch.setattr(session, "over", lambda: True)
    page.button(key="sites_switch").click().run()
    assert _every(made) == [mori]


def test_every_text_of_the_page_has_its_japanese(made: Desk, mori: Site) -> None:
    folder = Path(page_module.__file__).parent
    told: dict[str, str] = json.loads((folder / "japanese" / "sites.json").read_text("utf-8"))
    files = [*folder.glob("sites*.py"), folder.parent / "widget" / "trial.py"]
    calls = [
        node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    said = {
        text for call in calls if getattr(call.func, "id", "") in ("say", "_heading") and call.args
        for text in _texts(ast.walk(call.args[0]))
    }  # fmt: skip
    tables: tuple[dict[str, str], ...] = (
        page_module.PARTS, sites_form.LANGS, sites_form.TITLES, sites_form.SIDES, sites_preview.SCHEMES,
    )  # fmt: skip
    said |= {text for table in tables for text in table.values()} | {"Widget"}
    said -= {"title", "greeting", "launcher"}
    assert {text for text in said if say(text, "ja") == text} == set()
    assert all(say(text, "ja") == japanese for text, japanese in told.items())
    page = _page("ja")
    assert page.button(key="sites_save").label == "保存"


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
