"""Sites that embed the chat: what may be written into them, their keys, and what their pages get."""

import base64
import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from at_the_widget import HOST, SHOP
from PIL import Image
from starlette.testclient import TestClient

from console import accounts
from console.accounts import Account
from console.desk import Desk
from console.widget import colours, embed, guard, languages, logo, origins, sites
from console.widget.sites import Change
from ingest import migrations
from ingest.errors import SenderError
from ingest.store import notes
from ingest.store import sites as shelf
from ingest.store.sites import Site

NAOKO, EMMA = Account("naoko", "Naoko Hayashi", "supervisor"), Account("emma", "Emma Clarke", "agent")
MORI, LAMPS = "https://mori.example", "https://lamps.example"
FRAME = ("frame.html", "frame.css", "dark.css", *(f"frame/{name}" for name in embed.modules()))


def _made(desk: Desk, *origins: str, name: str = "Mori", **values: Any) -> Site:
    made = sites.create(desk.db, name, NAOKO).after
    return sites.save(desk.db, replace(made, origins=origins, **values), NAOKO).after


@pytest.fixture
def mori(open_desk: Desk) -> Site:
    return _made(open_desk, MORI)


def _journal(desk: Desk, site: Site) -> list[str]:
    with desk.db.read() as db:
        return [line.action for line in notes.about(db, site.id)]


def test_a_desk_from_before_gets_the_tables(open_desk: Desk) -> None:
    with open_desk.db.write() as db:
        for told in ("DROP TABLE site_identities", "DROP TABLE sites"):
            db.exec_driver_sql(told)
        number = migrations.STEPS.index(migrations._sites) + 1
        db.exec_driver_sql("DELETE FROM migrations WHERE number = ?", (number,))
        assert migrations.migrate(db) == 1
    assert _made(open_desk, MORI).origins == (MORI,)


# ---- what may be written


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (" HTTPS://Shop.Example/ ", "https://shop.example"), ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"), ("http://[::1]:80", "http://[::1]"),
        ("https://日本.jp", "https://xn--wgv71a.jp"),
    ],
)  # fmt: skip
def test_an_origin_is_kept_as_browsers_write_it(told: str, kept: str) -> None:
    assert origins.checked(told) == kept


@pytest.mark.parametrize(
    "told",
    ["*", "https://*.shop.example", "shop.example", "https://", "javascript:alert(1)", "https://shop.example/path",
     "https://shop.example?x", "https://a b.example", "https://a.example; script-src *", "https://a.example\nX: y",
     "https://user@shop.example", "null", "file:///etc", "https://shop.example:99999", "https://shop.example:0",
     f"https://{'a' * 300}.example", "https://<script>", "https://.\u3002日本..jp"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(open_desk: Desk, mori: Site, told: str) -> None:
    with pytest.raises(SenderError, match="is not an origin"):
        sites.save(open_desk.db, replace(mori, origins=(MORI, told)), NAOKO)
    with open_desk.db.read() as db:
        assert shelf.get(db, mori.id) == mori


def test_a_site_has_few_origins_each_once(open_desk: Desk, mori: Site) -> None:
    kept = sites.save(open_desk.db, replace(mori, origins=(MORI, MORI + "/", "", LAMPS)), NAOKO).after
    assert kept.origins == (MORI, LAMPS)
    many = tuple(f"https://a{n}.example" for n in range(21))
    with pytest.raises(SenderError, match="20 origins at most"):
        sites.save(open_desk.db, replace(mori, origins=many), NAOKO)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": " \n\x00 "}, "needs a name"), ({"name": "a" * 81}, "81 characters"),
        ({"texts": {"en": {"greeting": "a" * 401}}}, "greeting has 401 characters"),
        ({"texts": {"ja": {"title": "あ" * 1_000_000}}}, "title has 1,000,000 characters"),
        ({"accent": "red"}, "written like"), ({"accent_dark": "#12345"}, "written like"),
        ({"accent": "#fff;}body{display:none"}, "written like"), ({"side": "top"}, "left or on the right"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_right_keeps_nothing(open_desk: Desk, mori: Site, values: dict[str, Any], why: str) -> None:
    with pytest.raises(SenderError, match=why):
        sites.save(open_desk.db, replace(mori, **values), NAOKO)
    with open_desk.db.read() as db:
        assert shelf.get(db, mori.id) == mori


def test_texts_lose_what_nobody_sees_and_stay_text(open_desk: Desk, mori: Site, client: TestClient) -> None:
    nasty = "</title><script>alert(1)</script>\u202egnp.exe\x00 \n {company} $name"
    texts = {"en": {"title": nasty, "greeting": "Hello\n\nthere\x07"}, "fr": {"title": "non"}}
    kept = sites.save(open_desk.db, replace(mori, name=nasty, texts=texts, offset=9_999), NAOKO).after
    plain = "</title><script>alert(1)</script>gnp.exe {company} $name"
    assert (kept.name, kept.texts["en"]["title"], kept.texts["en"]["greeting"]) == (plain, plain, "Hello\n\nthere")
    assert (set(kept.texts), kept.offset) == ({"en", "ja"}, 200)
    told = client.get("/widget/hello", params={"site": mori.key}, headers={"Origin": MORI})
    assert (told.json()["title"], told.headers["content-type"]) == (plain, "application/json")
    frame = client.get("/widget/frame", params={"site": mori.key, "origin": MORI}).text
    assert "alert(1)" not in frame  # texts come by the session, as JSON
    tried = client.get("/widget/test", params={"id": mori.id}).text
    assert "<script>alert(1)" not in tried
    assert tried.count("<script ") == 1


# ---- colours


@pytest.mark.parametrize(
    "accent", ["#000000", "#ffffff", "#808080", "#ffff00", "#777777", "#1e5b7b", "#ff0000", "#00ff7f"]
)
def test_every_text_can_be_read_whatever_the_accent(accent: str) -> None:
    for dark in (False, True):
        made = colours.theme(accent, dark=dark)
        assert colours.contrast(made.accent, made.on) >= 4.5
        for ground in (made.tint, *(("#182028", "#10161c") if dark else ("#ffffff", "#f4f6f8"))):
            assert colours.contrast(made.ink, ground) >= 4.5, (ground, made)


def test_all_accents_of_a_coarse_cube_can_be_read() -> None:
    steps = range(0, 256, 51)
    for dark in (False, True):
        for accent in (f"#{r:02x}{g:02x}{b:02x}" for r in steps for g in steps for b in steps):
            made = colours.theme(accent, dark=dark)
            assert min(colours.contrast(made.accent, made.on), colours.contrast(made.ink, made.tint)) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert colours.checked(" #ABC ") == "#aabbcc"


def test_the_grounds_of_the_frame_are_those_that_colours_reckon_with() -> None:
    for name, dark in (("frame.css", False), ("dark.css", True)):
        css = (guard.FILES / name).read_text("utf-8")
        paper, ground = re.search(r"--paper: (#\w+); --ground: (#\w+);", css).groups()  # type: ignore[union-attr]
        assert (colours.checked(paper), colours.checked(ground)) == colours._PAPERS[dark]


# ---- logos


def _picture(kind: str, size: tuple[int, int] = (300, 200), **how: Any) -> bytes:
    told = io.BytesIO()
    Image.new("RGB", size, "#1e5b7b").save(told, kind, **how)
    return told.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    "content", [SVG, b"<?xml version='1.0'?>" + SVG, HTML, b"GIF89a" + HTML, b"", b"\x00" * 100, _picture("GIF"),
                _picture("BMP", (20, 20)), _picture("PNG")[:60], b"RIFF\x10\x00\x00\x00WEBP" + HTML],
)  # fmt: skip
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(SenderError, match="PNG, JPEG or WebP"):
        logo.checked(content)


def test_a_large_file_or_picture_is_refused() -> None:
    with pytest.raises(SenderError, match="65,536 are the most"):
        logo.checked(_picture("PNG") + b"\x00" * 65_536)
    with pytest.raises(SenderError, match="4,096 pixels"):
        logo.checked(_picture("PNG", (5_000, 20)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_served_as_a_picture_only(
    open_desk: Desk, client: TestClient, mori: Site, kind: str
) -> None:
    poly = _picture(kind) + b"<html><script>alert(1)</script>"
    kept = sites.draw(open_desk.db, mori.id, poly, NAOKO).after
    assert kept.logo is not None
    assert b"script" not in kept.logo
    served = client.get("/widget/logo", params={"site": mori.key})
    assert (served.headers["content-type"], served.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert "sandbox" in served.headers["content-security-policy"]
    with Image.open(io.BytesIO(served.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (128, 85))
    told = client.post("/widget/session", json={"origin": MORI}, headers={"X-Kizuna-Site": mori.key}).json()
    assert client.get(f"/widget/{told['logo']}").status_code == 200
    assert sites.draw(open_desk.db, mori.id, None, NAOKO).after.logo is None
    assert client.get("/widget/logo", params={"site": mori.key}).status_code == 404


# ---- keys, switching, undo


def test_only_supervisors_change_sites_and_the_journal_says_who(open_desk: Desk, mori: Site) -> None:
    acts = (
        lambda: sites.create(open_desk.db, "Mine", EMMA), lambda: sites.save(open_desk.db, mori, EMMA),
        lambda: sites.draw(open_desk.db, mori.id, None, EMMA), lambda: sites.switch(open_desk.db, mori.id, False, EMMA),
        lambda: sites.new_key(open_desk.db, mori.id, EMMA), lambda: sites.new_secret(open_desk.db, mori.id, EMMA),
        lambda: sites.undo(open_desk.db, Change(None, mori), EMMA),
    )  # fmt: skip
    for act in acts:
        with pytest.raises(SenderError, match="Only a supervisor"):
            act()
    sites.new_secret(open_desk.db, mori.id, NAOKO)
    sites.undo(open_desk.db, sites.switch(open_desk.db, mori.id, False, NAOKO), NAOKO)
    assert _journal(open_desk, mori) == [
        "undid change of site", "switched site off", "gave site a new identity secret", "changed site", "made site",
    ]  # fmt: skip
    with open_desk.db.read() as db:
        assert shelf.every(db)[0].id == mori.id


def test_a_former_key_is_good_for_a_week(
    open_desk: Desk, client: TestClient, mori: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = sites.new_key(open_desk.db, mori.id, NAOKO)
    for key in (mori.key, changed.after.key):
        assert client.get("/widget/hello", params={"site": key}, headers={"Origin": MORI}).status_code == 200
    now = datetime.now(UTC)
    with open_desk.db.read() as db:
        assert shelf.by_key(db, mori.key, now + timedelta(days=6))
        assert shelf.by_key(db, mori.key, now + timedelta(days=7, seconds=9)) is None
        assert shelf.by_key(db, changed.after.key, now + timedelta(days=700))
        assert shelf.by_key(db, "", now) is None
    back = sites.undo(open_desk.db, changed, NAOKO)
    assert back is not None
    assert (back.key, back.former_key) == (mori.key, "")


def test_undo_brings_back_what_was_but_never_over_a_later_change(open_desk: Desk, mori: Site) -> None:
    first = sites.save(open_desk.db, replace(mori, name="Other", accent="#ff0000"), NAOKO)
    sites.switch(open_desk.db, mori.id, False, NAOKO)
    with pytest.raises(SenderError, match="changed this site since"):
        sites.undo(open_desk.db, first, NAOKO)
    made = sites.create(open_desk.db, "New", NAOKO)
    assert sites.undo(open_desk.db, made, NAOKO) is None
    with open_desk.db.read() as db:
        assert [one.name for one in shelf.every(db)] == ["Other"]


def test_undo_never_revives_a_secret(open_desk: Desk, mori: Site) -> None:
    sites.new_secret(open_desk.db, mori.id, NAOKO)
    changed = sites.new_secret(open_desk.db, mori.id, NAOKO, at_once=True)
    back = sites.undo(open_desk.db, changed, NAOKO)
    assert back is not None
    assert (back.secret, back.former_secret_ends) == (2, None)


# ---- what pages get


def test_each_site_has_its_own_pages(open_desk: Desk, client: TestClient, mori: Site) -> None:
    lamps = _made(open_desk, LAMPS, name="Lamps")
    for site, mine, other in ((mori, MORI, LAMPS), (lamps, LAMPS, MORI)):
        assert client.get("/widget/hello", params={"site": site.key}, headers={"Origin": mine}).status_code == 200
        policy = client.get("/widget/frame", params={"site": site.key, "origin": mine}).headers[
            "content-security-policy"
        ]
        assert policy.endswith(f"frame-ancestors 'self' {mine}")
        for wrong in (other, SHOP, "null", mine + ".evil.example"):
            greeted = client.get("/widget/hello", params={"site": site.key}, headers={"Origin": wrong})
            assert (greeted.status_code, greeted.json()["code"]) == (403, "origin")
            assert "site's origins" in greeted.json()["error"]
            framed = client.get("/widget/frame", params={"site": site.key, "origin": wrong})
            assert (framed.status_code, "frame-ancestors 'none'" in str(framed.headers)) == (403, True)
            opened = client.post("/widget/session", json={"origin": wrong}, headers={"X-Kizuna-Site": site.key})
            assert (opened.status_code, opened.json()["code"]) == (403, "origin")
    for origin in (MORI, LAMPS):  # the settings' own origins are those of pages without a key
        assert client.get("/widget/hello", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("key", ["ks_" + "A" * 24, "ks_short", "S-1", "ks_' OR 1=1 --"])
def test_an_unknown_key_opens_nothing(client: TestClient, mori: Site, key: str) -> None:
    greeted = client.get("/widget/hello", params={"site": key}, headers={"Origin": MORI})
    assert (greeted.status_code, greeted.json()["code"]) == (403, "site")
    assert greeted.headers["access-control-allow-origin"] == MORI  # the page's console says why
    assert client.get("/widget/frame", params={"site": key, "origin": MORI}).status_code == 403
    opened = client.post("/widget/session", json={"origin": MORI}, headers={"X-Kizuna-Site": key})
    assert (opened.status_code, opened.json()["code"]) == (403, "site")
    assert client.get("/widget/theme.css", params={"site": key}).status_code == 403
    assert client.get("/widget/logo", params={"site": key}).status_code == 403


class At:
    """A browser's frame at a site."""

    def __init__(self, client: TestClient, site: Site, origin: str = MORI) -> None:
        self.client, self.head = client, {"X-Kizuna-Site": site.key}
        told = client.post("/widget/session", json={"origin": origin}, headers=self.head).json()
        self.head["Authorization"] = f"Bearer {told['token']}"

    def say(self, text: str) -> Any:
        said = {"id": "message-1", "text": text}
        return self.client.post("/widget/message", json=said, headers=self.head)

    def turns(self) -> Any:
        return self.client.get("/widget/events", headers=self.head)


def test_a_site_that_is_switched_off_ends_at_once(open_desk: Desk, client: TestClient, mori: Site) -> None:
    at = At(client, mori)
    assert at.say("How do I reset the hub?").status_code == 200
    sites.switch(open_desk.db, mori.id, False, NAOKO)
    assert client.get("/widget/hello", params={"site": mori.key}, headers={"Origin": MORI}).json()["code"] == "off"
    assert client.get("/widget/frame", params={"site": mori.key, "origin": MORI}).status_code == 403
    for answer in (at.turns(), at.say("hello"), client.post("/widget/person", json={}, headers=at.head)):
        assert (answer.status_code, answer.json()["code"]) == (403, "off")
    sites.switch(open_desk.db, mori.id, True, NAOKO)
    assert at.turns().status_code == 200


def test_a_token_of_one_site_is_no_good_at_another(open_desk: Desk, client: TestClient, mori: Site) -> None:
    lamps = _made(open_desk, LAMPS, name="Lamps")
    at = At(client, mori)
    at.say("How do I reset the hub?")
    for other in ({"X-Kizuna-Site": lamps.key}, {}):
        head = {"Authorization": at.head["Authorization"], **other}
        assert client.get("/widget/events", headers=head).status_code == 401
        assert client.post("/widget/person", json={}, headers=head).status_code == 401
        origin = LAMPS if other else SHOP
        fresh = client.post("/widget/session", json={"origin": origin}, headers=head).json()
        assert fresh["turns"] == []
    own = client.post("/widget/session", json={"origin": SHOP}).json()["token"]
    head = {"X-Kizuna-Site": mori.key, "Authorization": f"Bearer {own}"}
    assert client.get("/widget/events", headers=head).status_code == 401
    sites.new_key(open_desk.db, mori.id, NAOKO)  # another key is the same site
    assert len(at.turns().json()["turns"]) == 2


def test_the_look_comes_with_the_greeting(open_desk: Desk, client: TestClient, mori: Site) -> None:
    texts = {"en": {"title": "Mori help", "greeting": "Good day", "launcher": "Ask us"}, "ja": {"title": "モリ"}}
    sites.save(open_desk.db, replace(mori, texts=texts, accent="#ffe000", side="left", offset=32, full=False), NAOKO)

    def greeted(lang: str) -> dict[str, Any]:
        return dict(
            client.get("/widget/hello", params={"site": mori.key, "lang": lang}, headers={"Origin": MORI}).json()
        )

    told = greeted("en")
    assert (told["title"], told["launcher"], told["side"], told["offset"], told["full"]) == (
        "Mori help", "Ask us", "left", 32, False,
    )  # fmt: skip
    assert told["light"][:2] == ["#ffe000", "#000000"]
    assert (greeted("ja")["title"], greeted("ja")["launcher"]) == ("モリ", "")
    opened = client.post("/widget/session", json={"origin": MORI}, headers={"X-Kizuna-Site": mori.key}).json()
    assert (opened["company"], opened["greeting"]) == ("Mori help", "Good day")
    page = client.get("/widget/frame", params={"site": mori.key, "origin": MORI}).text
    assert f'href="theme.css?site={mori.key}"' in page
    css = client.get("/widget/theme.css", params={"site": mori.key})
    assert css.headers["content-type"].startswith("text/css")
    assert "--accent: #ffe000; --on-accent: #000000;" in css.text


# ---- the loader and the frame as files


def test_the_loader_and_the_frame_are_small() -> None:
    def packed(*names: str) -> int:
        return sum(len(gzip.compress((guard.FILES / name).read_bytes(), 9)) for name in names)

    assert packed("loader.js") < 4 * 1024
    for lang in languages.every():
        assert packed(*FRAME, f"words/{lang}.json") < 40 * 1024


def test_the_snippet_is_pinned_to_the_loader_that_is_served(client: TestClient, mori: Site) -> None:
    tag = embed.snippet("https://desk.example", mori.key, pinned=True)
    src, hashed = re.search(r'src="https://desk\.example(\S+)" .*integrity="sha384-(\S+)"', tag, re.S).groups()  # type: ignore[union-attr]
    served = client.get(src, headers={"Origin": MORI})
    assert base64.b64decode(hashed) == hashlib.sha384(served.content).digest()
    assert served.headers["access-control-allow-origin"] == "*"  # else browsers refuse to check it
    assert "immutable" in served.headers["cache-control"]
    assert "crossorigin" in tag
    for other in ("/widget/loader.js", "/widget/loader.js?v=0123456789"):
        assert "immutable" not in client.get(other).headers["cache-control"]
    assert "access-control-allow-origin" not in client.get("/widget/frame.css", headers={"Origin": MORI}).headers
    plain = embed.snippet("https://desk.example", mori.key)
    assert plain == f'<script src="https://desk.example/widget/loader.js" data-site="{mori.key}" async></script>'


def test_no_file_of_the_widget_needs_an_inline_style_or_script() -> None:
    for path in guard.FILES.glob("*.html"):
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", path.read_text("utf-8")), path.name
    for path in guard.FILES.rglob("*.js"):
        code = path.read_text("utf-8")
        assert not re.search(r"setAttribute\(\"style\"|cssText|insertRule|createElement\(\"style\"\)|\.innerHTML", code)
        assert not re.search(r"postMessage\([^;]*[\"']\*[\"']", code), path.name


# ---- for the people at the desk


@pytest.fixture
def signed_in(open_desk: Desk, client: TestClient) -> Iterator[TestClient]:
    accounts.create(open_desk.db, "naoko", "Naoko Hayashi", "supervisor", "a long password")
    client.cookies.set("kizuna_session", accounts.sign_in(open_desk.db, "naoko", "a long password"))
    yield client
    client.cookies.clear()


def test_the_preview_shows_what_is_not_saved_to_those_who_are_signed_in(signed_in: TestClient, mori: Site) -> None:
    draft = '{"title": "<b>New</b>", "accent": "#FFE000", "side": "left", "offset": 40}'
    page = signed_in.get("/widget/preview", params={"id": mori.id, "draft": draft, "scheme": "dark"})
    assert page.status_code == 200
    assert "&lt;b&gt;New" in page.text
    assert "<b>New" not in page.text
    assert 'data-scheme="dark"' in page.text
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    for wrong in ('{"accent": "red"}', '{"offset": 900}', '{"title": "' + "a" * 61 + '"}', "[", '{"logo": "x"}'):
        assert signed_in.get("/widget/preview", params={"id": mori.id, "draft": wrong}).status_code == 400
    assert signed_in.get("/widget/preview", params={"id": "S-0"}).status_code == 404
    signed_in.cookies.clear()
    assert signed_in.get("/widget/preview", params={"id": mori.id}).status_code == 403


def test_the_test_page_is_for_the_desk_and_the_demo(open_desk: Desk, signed_in: TestClient, mori: Site) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"demo": False})
    page = signed_in.get("/widget/test", params={"id": mori.id, "lang": "ja"})
    assert f'data-site="{mori.key}"' in page.text
    assert embed.integrity() in page.text
    assert "テスト" in page.text
    assert "style-src 'self'" in page.headers["content-security-policy"]
    signed_in.cookies.clear()
    assert signed_in.get("/widget/test", params={"id": mori.id}).status_code == 403
    greeted = signed_in.get("/widget/hello", params={"site": mori.key}, headers={"Origin": HOST})
    assert greeted.status_code == 200  # the desk's own page may show every site's chat
