"""The page of what a site asks before and after a chat, and what a ticket shows of what visitors told and sent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import fake_desk
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.pages import sites_forms, sites_preview
from console.pages.language import say
from console.widget import forms, sites
from console.widget.forms import Field, Forms
from ingest import attachments
from ingest.store import leads, surveys, uploads
from ingest.store import sites as shelf
from ingest.store.leads import Lead
from ingest.store.sites import Site
from ingest.store.surveys import Survey
from ingest.store.uploads import Upload

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
NASTY = "<b>Mori</b> <script>alert(1)</script> :red[y]"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


@pytest.fixture
def mori(made: Desk) -> Site:
    return sites.create(made.db, "Mori", NAOKO).after


def _draw(lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import sites

    sites.show(current(), Account("naoko", "Naoko Hayashi", "supervisor", lang))


def _page(lang: str = "en") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang}, default_timeout=20).run()
    page.segmented_control(key="sites_part").set_value("forms").run()
    assert not page.exception
    return page


def _click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def _kept(made: Desk, site: Site) -> Forms:
    with made.db.read() as db:
        found = shelf.get(db, site.id)
    assert found is not None
    return forms.read(found.forms)


def test_what_is_written_is_a_draft_until_it_is_saved_and_can_be_undone(made: Desk, mori: Site) -> None:
    page = _page()
    assert page.button(key="sites_forms_save").disabled
    page.checkbox(key="forms_uploads").check()
    page.checkbox(key="forms_on_name").check()
    page.checkbox(key="forms_on_topic").check().run()
    page.checkbox(key="forms_required_topic").check()
    page.text_area(key="forms_choices_en").set_value("Delivery\n\n Returns ")
    page.text_input(key="forms_label_name_ja").set_value("ご担当者名")
    page.text_area(key="forms_starters_ja").set_value("注文はどこ？")
    page.text_area(key="forms_questions_en").set_value("Why?\nWhat else?")
    page.text_area(key="forms_questions_ja").set_value("なぜ？").run()
    assert _kept(made, mori) == Forms()
    page.segmented_control(key="sites_part").set_value("tag").run()
    page.segmented_control(key="sites_part").set_value("forms").run()
    _click(page, "sites_forms_save")
    told = Forms(
        True,
        (Field("name", labels={"ja": "ご担当者名"}), Field("topic", True, choices={"en": ["Delivery", "Returns"]})),
        questions=({"en": "Why?", "ja": "なぜ？"}, {"en": "What else?"}), starters={"ja": ["注文はどこ？"]},
    )  # fmt: skip
    assert _kept(made, mori) == told
    assert page.button(key="sites_forms_save").disabled
    _click(page, "sites_undo")
    assert _kept(made, mori) == Forms()
    assert not page.checkbox(key="forms_uploads").value


def test_what_is_wrong_is_said_and_nothing_is_lost(made: Desk, mori: Site) -> None:
    page = _page()
    page.checkbox(key="forms_on_topic").check().run()
    page.text_area(key="forms_choices_en").set_value("One").run()
    _click(page, "sites_forms_save")
    assert "two choices" in page.toast[0].value
    assert page.text_area(key="forms_choices_en").value == "One"
    assert _kept(made, mori) == Forms()


def test_consent_is_asked_for_only_where_something_personal_is(made: Desk, mori: Site) -> None:
    page = _page()
    page.checkbox(key="forms_on_order").check().run()
    assert "forms_consent_en" not in {one.key for one in page.text_area}
    page.checkbox(key="forms_on_email").check().run()
    assert page.text_area(key="forms_consent_en").placeholder.startswith("I agree")


def test_the_preview_shows_what_is_asked(made: Desk, mori: Site) -> None:
    draft = replace(mori, forms=forms.loose(Forms(fields=(Field("order"),))))
    query = parse_qs(urlsplit(sites_preview.address(mori, draft, "ja", "dark", asks=True)).query)
    assert json.loads(query["draft"][0])["asks"]["fields"][0]["kind"] == "order"
    assert "asks" not in sites_preview.address(mori, draft, "ja", "dark")


def test_the_fields_have_their_japanese(made: Desk, mori: Site) -> None:
    assert {text for text in sites_forms.FIELDS.values() if say(text, "ja") == text} == set()
    page = _page("ja")
    assert page.checkbox(key="forms_uploads").label == "訪問者によるファイルの添付を許可する"


# ---- in the ticket


def _ticket_draw(lang: str) -> None:
    from typing import Any, cast

    from console import dossier
    from console.desk import current
    from console.pages import ticket_forms, ticket_talk

    opened = dossier.load(current(), "T-1")
    cast(Any, __import__("streamlit")).session_state["session"] = "a session"
    ticket_forms.show(current(), opened, lang)
    ticket_talk.show(current(), opened, {}, lang)


@pytest.fixture
def told(made: Desk) -> Desk:
    now, picture = datetime.now(UTC), BytesIO()
    Image.new("RGB", (900, 300), (9, 9, 9)).save(picture, "PNG")
    (made.home.path / "secret").write_bytes(b"s" * 32)
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "See"), ("incoming", "And a file of old")))
    with made.db.write() as db:
        name = {"label": NASTY, "value": NASTY}
        leads.put(db, Lead("v", "", "en", now, {"name": name}, "I agree.", "T-1"))
        surveys.put(db, Survey("T-1", now, now, 2, "en", [{"question": "Why?", "answer": NASTY}], "Slow"))
        for n, (kind, content) in enumerate((("png", picture.getvalue()), ("txt", b"hello"))):
            digest = attachments.keep(made.home.path, content)
            uploads.put(db, Upload(f"U-{n}", "T-1", "v", f"{NASTY}.{kind}", kind, 5_000, digest, now))
        uploads.attach(db, "T-1", 0, ["U-0", "U-1"])
    return made


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Rated 2 of 5", "Told before")), ("ja", ("評価 2（5点満点）", "チャット前の入力"))]
)
def test_a_ticket_shows_what_was_told_and_sent_as_it_is(told: Desk, lang: str, words: tuple[str, str]) -> None:
    page = AppTest.from_function(_ticket_draw, kwargs={"lang": lang}, default_timeout=20).run()
    assert not page.exception
    said = "\n".join(str(one.proto.body) for one in page.get("html"))
    assert "★★☆☆☆" in said
    assert all(word in said for word in words), said[:800]
    assert "<script>alert" not in said
    assert said.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
    assert said.count("href='/file/") == 2
    assert said.count("download ") == 2
    assert len(page.get("image")) == 1  # the picture is drawn, the text is not opened


def test_a_file_that_is_gone_leaves_its_name(told: Desk) -> None:
    from console.pages import ticket_files

    ticket_files._small.cache_clear()
    for path in attachments.folder(told.home.path).iterdir():
        path.unlink()
    page = AppTest.from_function(_ticket_draw, kwargs={"lang": "en"}, default_timeout=20).run()
    assert not page.exception
    images: Any = page.get("image")
    assert len(images) == 0
