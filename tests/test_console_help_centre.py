"""The public help centre: what it shows, what it never shows, what it counts."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fake_desk
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console import accounts, desk, door
from console.accounts import Account
from console.desk import Desk
from console.faq import review
from console.help_centre import finding, pages, prose, routes, shelf
from console.help_centre.visits import COOKIE, Votes
from console.pages import language
from ingest.errors import TemporaryError
from ingest.records import Article
from ingest.store import faqs, readings
from ingest.store.faqs import Entry, Face

ORDER, REFUND, LOCK = "/help/en/where-is-my-order-F-0a01", "/help/en/when-is-my-refund-paid-F-0a02", "/help/ja/F-0a03"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</script><!--"
WHEN = datetime(2026, 8, 9, 12, tzinfo=UTC)


def _entry(id: str, question: str, answer: str, lang: str = "en", **values: Any) -> Entry:
    return Entry(id, question, answer, lang, **({"state": "approved", "updated": WHEN} | values))


ENTRIES = (
    _entry(
        "F-0a01",
        "Where is my order?",
        "1. Open Account > Orders.\n2. Press Track.\n\nSee https://shop.example/track for more.",
        product="Hub 2",
        others={"ja": Face("注文した商品はどこですか？", "アカウント > 注文履歴 をご覧ください。")},
    ),
    _entry("F-0a02", "When is my refund paid?", "Within 5 days of the return of your order.", plan="Plus", region="EU"),
    _entry("F-0a03", "電池が切れたら？", "新品の電池を入れてください。", "ja"),
    _entry("F-0a04", "Proposed only?", "Not for the public.", state="proposed"),
    _entry("F-0a05", "Rejected before?", "Not for the public.", state="rejected"),
    _entry("F-0a06", "Half an entry?", "", others={"ja": Face("", "答えだけ")}),
)


def _publish(made: Desk, *entries: Entry) -> None:
    with made.db.write() as db:
        for entry in entries:
            faqs.put(db, entry)
    for entry in (one for one in entries if one.state == "approved"):
        for lang, face in entry.faces.items():
            fake_desk.put(
                made, Article(entry.article(lang), face.question, face.answer, lang, "", entry.updated, kind="faq")
            )


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public needs no accounts, and hashing their passwords would take most of the time."""
    monkeypatch.setattr(accounts, "add_demo", lambda db: None)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    _publish(opened, *ENTRIES)
    yield opened
    desk.use(None)
    opened.close()


@pytest.fixture
def client(made: Desk) -> TestClient:
    return _client()


def _client() -> TestClient:
    app = Starlette(routes=[*door.routes(), *routes.routes()], middleware=door.middleware())
    return TestClient(app, follow_redirects=False, headers={"user-agent": "Mozilla/5.0"})


def _counts(made: Desk, entry: str) -> Counter[str]:
    with made.db.read() as db:
        return readings.totals(db, date(2020, 1, 1)).get(entry, Counter())


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


# ---- what is there


@pytest.mark.parametrize(
    ("asked", "headers", "lang"),
    [
        ("/help", {}, "en"),
        ("/help", {"accept-language": "ja,en;q=0.5"}, "ja"),
        ("/help?lang=ja", {}, "ja"),
        ("/help?lang=xx", {}, "en"),
    ],
)
def test_the_entrance_leads_to_the_visitors_language(
    client: TestClient, asked: str, headers: dict[str, str], lang: str
) -> None:
    answer = client.get(asked, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/help/{lang}")
    assert answer.headers["vary"] == "Accept-Language"


def test_the_front_page_lists_what_is_approved_by_product(client: TestClient) -> None:
    page = client.get("/help/en").text
    assert page.index("Hub 2") < page.index("Where is my order?") < page.index("When is my refund paid?")
    for hidden in ("Proposed only", "Rejected before", "Half an entry", "電池", "Not for the public"):
        assert hidden not in page
    japanese = client.get("/help/ja").text
    assert "注文した商品はどこですか？" in japanese
    assert "電池が切れたら？" in japanese
    assert "答えだけ" not in japanese


def test_an_entry_is_a_page_of_its_own(client: TestClient) -> None:
    answer = client.get(ORDER)
    page, tags = answer.text, _Tags(answer.text)
    assert "<li>Open Account &gt; Orders.</li>\n<li>Press Track.</li>" in page
    assert '<a href="https://shop.example/track">https://shop.example/track</a> for more.' in page
    assert '<time datetime="2026-08-09">9 August 2026</time>' in page
    assert [one["hreflang"] for one in tags.of("link") if one.get("rel") == "alternate" and "hreflang" in one] == [
        "en",
        "ja",
    ]
    assert {one["href"] for one in tags.of("link") if one.get("rel") == "canonical"} == {f"http://testserver{ORDER}"}
    assert '<form class="vote" method="post"' in page
    assert "2026年8月9日" in client.get(ORDER.replace("/en/", "/ja/")).text


def test_whom_an_entry_holds_for_is_told(client: TestClient) -> None:
    assert re.findall(r"<span>(Plus|EU)</span>", client.get(REFUND).text) == ["Plus", "EU"]


@pytest.mark.parametrize("slug", ["F-0a01", "some-older-question-F-0a01"])
def test_an_old_address_leads_to_the_present_one(client: TestClient, slug: str) -> None:
    answer = client.get(f"/help/en/{slug}")
    assert (answer.status_code, answer.headers["location"]) == (301, ORDER)


@pytest.mark.parametrize(
    "path",
    [
        "/help/en/F-0a04",
        "/help/en/F-0a05",
        "/help/en/F-0a06",
        "/help/en/nothing",
        "/help/en/nothing/thanks",
        "/help/xx",
        "/help/en?about=nothing",
        "/help/routes.py",
        "/help/en/a/b/c",
        "/help/templates/layout.html",
        "/help/..%2f..%2fetc/passwd",
    ],
)
def test_what_is_not_published_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert "Not for the public" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_missing_page_names_the_answer_in_the_other_language(client: TestClient) -> None:
    answer = client.get("/help/en/F-0a03")
    assert answer.status_code == 404
    assert f'<a href="{LOCK}" lang="ja" hreflang="ja">電池が切れたら？</a>' in answer.text
    assert "ページが見つかりません" in client.get("/help/ja/nothing").text


def test_a_slash_too_many_is_forgiven(client: TestClient) -> None:
    assert client.get("/help/en/").headers["location"] == "/help/en"


def test_full_groups_are_shortened_and_shown_whole_on_their_own_page(made: Desk, client: TestClient) -> None:
    _publish(made, *(_entry(f"F-1b{n:02}", f"Lamp question {n:02}?", "Yes.", product="R&D Lamp") for n in range(10)))
    page = client.get("/help/en").text
    assert "Lamp question 07?" in page
    assert "Lamp question 08?" not in page
    (link,) = re.findall(r'<a href="(\?about=[^"]+)">All 10 questions about R&amp;D Lamp', page)
    whole = client.get(f"/help/en{link}")
    assert len(re.findall(r"Lamp question \d\d\?", whole.text)) == 10
    assert _Tags(whole.text).of("link")[0]["href"] == "http://testserver/help/en?about=R%26D%20Lamp"


def test_an_empty_help_centre_says_so(tmp_path: Path) -> None:
    opened = fake_desk.opened(tmp_path)
    assert "There is nothing here yet" in _client().get("/help/en").text
    assert "まだ掲載している質問はありません" in _client().get("/help/ja").text
    desk.use(None)
    opened.close()


def test_a_withdrawn_entry_is_gone_at_once(made: Desk, client: TestClient) -> None:
    tag = client.get(ORDER).headers["etag"]
    _publish(made, replace(ENTRIES[0], state="rejected"))
    assert client.get(ORDER, headers={"if-none-match": tag}).status_code == 404
    assert "Where is my order" not in client.get("/help/en").text + client.get("/help/faq.json").text


def test_what_supervisors_decide_is_what_the_public_sees(made: Desk, client: TestClient) -> None:
    naoko, kenji = Account("naoko", "Naoko", "supervisor"), Account("kenji", "Kenji", "supervisor")
    with made.db.write() as db:
        faqs.put(db, _entry("F-0b01", "Can I pay by card?", "Yes, by any card.", state="proposed"))
    path = "/help/en/can-i-pay-by-card-F-0b01"

    def shown() -> str:
        return client.get(path).text + client.get("/help/faq.json").text + client.get("/help/en/feed.xml").text

    assert not review.approve(made.shelves, "F-0b01", by=naoko, four_eyes=True)
    assert "by any card" not in shown()
    assert review.approve(made.shelves, "F-0b01", by=kenji, four_eyes=True)
    assert shown().count("by any card") >= 3
    with made.db.read() as db:
        now = faqs.get(db, "F-0b01")
    assert now is not None
    review.edit(made.shelves, replace(now, answer="Only by gold bar."), by=naoko, four_eyes=True)
    assert "gold bar" not in shown()  # nobody has seconded it
    assert "by any card" in shown()
    review.retire(made.shelves, "F-0b01", by=naoko)
    assert client.get(path).status_code == 404
    assert "by any card" not in shown()


def test_what_was_made_of_the_entries_is_kept_while_they_stay(made: Desk) -> None:
    reader = shelf.Reader()
    with made.db.read() as db:
        first = reader.read(db)
        assert reader.read(db) is first
    _publish(made, replace(ENTRIES[0], answer="Other words.", updated=WHEN + timedelta(seconds=1)))
    with made.db.read() as db:
        assert reader.read(db).entries["F-0a01"]["en"].answer == "Other words."


def test_entries_are_read_again_only_after_a_change(made: Desk, client: TestClient, monkeypatch: Any) -> None:
    real, read = faqs.published, 0

    def published(*args: Any) -> list[Entry]:
        nonlocal read
        read += 1
        return real(*args)

    monkeypatch.setattr(faqs, "published", published)
    for path in ("/help/en", ORDER, "/help/ja", "/help/faq.json"):
        assert client.get(path).status_code == 200
    assert read == 1
    naoko = Account("naoko", "Naoko", "supervisor")
    review.retire(made.shelves, "F-0a01", by=naoko)
    assert client.get(ORDER).status_code == 404
    assert "F-0a02" in client.get("/help/en").text
    assert read == 2
    review.reopen(made.shelves, "F-0a01", by=naoko)  # a proposal is nothing to the public
    assert client.get(ORDER).status_code == 404
    assert read == 2
    review.approve(made.shelves, "F-0a01", by=naoko, four_eyes=False)
    assert client.get(ORDER).status_code == 200
    assert read == 3


def test_results_and_feed_tell_whom_an_answer_holds_for(client: TestClient) -> None:
    page = client.get("/help/en", params={"q": "refund"}).text
    assert "<span>Plus</span><span>EU</span>" in re.sub(r"\s+(?=<)", "", page)


def test_related_questions_share_rare_words(made: Desk) -> None:
    _publish(made, _entry("F-0a07", "Where does my order come from?", "From Osaka."))
    with made.db.read() as db:
        found = shelf.Reader().read(db)
    related = [one.id for one in found.related(found.entries["F-0a01"]["en"])]
    assert related[0] == "F-0a07"
    assert "F-0a01" not in related
    assert found.related(found.entries["F-0a03"]["ja"]) == []


# ---- search


def test_search_shows_results_in_the_language_of_the_page(made: Desk, client: TestClient) -> None:
    page = client.get("/help/ja", params={"q": "order"}).text
    assert "When is my refund paid?" in page
    assert "英語" in page
    assert page.count("注文した商品はどこですか？") == 1  # both its articles were found
    assert 'name="robots" content="noindex"' in page
    assert {id: _counts(made, id)["shown"] for id in ("F-0a01", "F-0a02", "F-0a03")} == dict.fromkeys(
        ("F-0a01", "F-0a02", "F-0a03"), 1
    )


def test_search_goes_on_by_words_when_meaning_cannot_be_had(
    made: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise TemporaryError("secret reason")

    monkeypatch.setattr(made.search, "find", fails)
    page = client.get("/help/en", params={"q": "refund"}).text
    assert "When is my refund paid?" in page
    assert "Where is my order?" not in page
    assert "secret reason" not in page
    assert "電池が切れたら？" in client.get("/help/ja", params={"q": "電池の交換"}).text


def test_what_is_barely_alike_is_no_answer(made: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    real = made.search.find

    def unlike(*args: Any, **how: Any) -> list[Any]:
        return [replace(hit, score=finding.LEAST - 0.01) for hit in real(*args, **how)]

    monkeypatch.setattr(made.search, "find", unlike)
    page = client.get("/help/en", params={"q": "pizza <b>recipe</b>"})
    assert page.status_code == 200
    assert "Nothing fits “pizza &lt;b&gt;recipe&lt;/b&gt;”" in page.text
    assert "Look through all questions" in page.text
    assert "/widget/frame?lang=en" in page.text


def test_a_hit_that_is_not_published_is_not_shown(made: Desk, client: TestClient) -> None:
    fake_desk.put(made, Article("F-0a04", "Proposed only?", "Not for the public.", "en", kind="faq"))
    assert "Proposed only" not in client.get("/help/en", params={"q": "proposed"}).text


def test_the_chat_is_named_only_where_there_is_one(made: Desk, client: TestClient) -> None:
    assert 'href="/widget/frame?lang=en"' in client.get("/help/en").text
    made.settings = made.settings.model_copy(update={"demo": False})
    assert "/widget" not in client.get("/help/en").text + client.get("/help/en", params={"q": "x"}).text
    assert client.get(f"{ORDER}/contact").status_code == 404
    made.settings = made.settings.model_copy(update={"widget_origins": ("https://shop.example",)})
    assert 'href="/widget/frame?lang=en"' in client.get("/help/en").text


# ---- hostile texts


@pytest.fixture
def hostile(made: Desk) -> Entry:
    entry = _entry(
        "F-0e01",
        f"Why {EVIL}?",
        f"{EVIL}\n\n[click](javascript:alert(1)) javascript:alert(1) data:text/html,x\n"
        'https://good.example@evil.example/ https://x.example/"onmouseover="alert(1) \u202egnp.exe\x00\x1b[2J\n'
        "1. {{ 7 * 7 }} {% raw %}\n2. ]]> &lt;b&gt; \u2028 end",
        product=EVIL,
        plan=EVIL,
        region=EVIL,
        others={"ja": Face(EVIL, EVIL)},
    )
    _publish(made, entry)
    return entry


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_entry_becomes_markup(client: TestClient, hostile: Entry, lang: str) -> None:
    own = f"/help/{lang}/{hostile.slug}"
    about = {"about": " ".join(prose.visible(EVIL).split())}
    paths = (f"/help/{lang}", own, f"{own}/thanks?said={EVIL}", f"/help/{lang}/x{EVIL}/thanks")
    got = [client.get(path) for path in paths]
    got += [client.get(f"/help/{lang}", params=params) for params in (about, {"q": EVIL})]
    for answer in got:
        tags = _Tags(answer.text)
        assert not {name for name, _ in tags.found} & {"img", "iframe", "b", "style", "base"} - {"b"}, answer.url
        assert {one.get("type") for one in tags.of("script")} <= {"application/ld+json"}
        assert not [names for _, names in tags.found if any(name.startswith("on") for name in names)]
        assert all(re.match(r"/|#|\?|https?://", one["href"] or "") for one in tags.of("a"))
        assert "alert(1)</script>" not in answer.text
        assert not re.search("[\u202a-\u202e\u0000\u001b]", answer.text)
        assert "49" not in re.findall(r"<li>(\d+)", answer.text)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert "script-src" not in answer.headers["content-security-policy"]


def test_links_of_a_hostile_answer_lead_where_they_say(client: TestClient, hostile: Entry) -> None:
    links = [one["href"] for one in _Tags(client.get(f"/help/en/{hostile.slug}").text).of("a")]
    assert [one for one in links if one and one.startswith("http")] == ["https://x.example/"]


def test_the_schema_block_is_json_whatever_it_holds(client: TestClient, hostile: Entry) -> None:
    page = client.get(f"/help/en/{hostile.slug}").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert not re.search("[<>&]", block)
    told = json.loads(block)
    assert told["@type"] == "FAQPage"
    asked = told["mainEntity"][0]
    assert asked["name"] == f"Why {EVIL}? (for: {EVIL} plan, {EVIL})"
    answer = _Tags(asked["acceptedAnswer"]["text"])
    assert {name for name, _ in answer.found} <= {"p", "ol", "li", "a", "br"}


def test_the_feed_is_xml_whatever_it_holds(client: TestClient, hostile: Entry) -> None:
    root = ElementTree.fromstring(client.get("/help/en/feed.xml").text)
    entry = next(one for one in root.findall("{*}entry") if f"Why {EVIL}?" in (one.findtext("{*}title") or ""))
    assert "<script" not in (entry.findtext("{*}content") or "")
    assert json.loads(client.get("/help/faq.json").text)["entries"]


# ---- feeds and caches


def test_the_feed_tells_changes_newest_first(made: Desk, client: TestClient) -> None:
    _publish(made, _entry("F-0a08", "New today?", "Yes.", updated=datetime(2026, 9, 1, tzinfo=UTC)))
    with made.db.write() as db:  # looked at again, no word changed
        faqs.put(db, replace(ENTRIES[1], updated=datetime(2026, 10, 1, tzinfo=UTC)))
    answer = client.get("/help/en/feed.xml")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.text)
    entries = root.findall("{*}entry")
    assert entries[0].findtext("{*}title") == "New today?"
    assert {one.findtext("{*}title") for one in entries[1:]} == {
        "Where is my order?",
        "When is my refund paid? (for: Plus plan, EU)",
    }
    assert root.findtext("{*}updated") == entries[0].findtext("{*}updated") == "2026-09-01T00:00:00Z"
    ids = [one.findtext("{*}id") or "" for one in [root, *entries]]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    links = [link.get("href") for one in entries for link in one.findall("{*}link")]
    assert f"http://testserver{ORDER}" in links
    ja = ElementTree.fromstring(client.get("/help/ja/feed.xml").text)
    assert {one.findtext("{*}title") for one in ja.findall("{*}entry")} == {
        "注文した商品はどこですか？",
        "電池が切れたら？",
    }


def test_an_empty_feed_is_a_feed(tmp_path: Path) -> None:
    opened = fake_desk.opened(tmp_path)
    root = ElementTree.fromstring(_client().get("/help/en/feed.xml").text)
    assert root.findtext("{*}updated") == "1970-01-01T00:00:00Z"
    desk.use(None)
    opened.close()


def test_all_questions_as_json(client: TestClient) -> None:
    told = client.get("/help/faq.json").json()
    assert [(one["id"], one["lang"]) for one in told["entries"]] == [
        ("F-0a01", "en"),
        ("F-0a02", "en"),
        ("F-0a01", "ja"),
        ("F-0a03", "ja"),
    ]
    assert told["entries"][1] | {"reviewed": ""} == {
        "id": "F-0a02",
        "lang": "en",
        "question": "When is my refund paid?",
        "answer": "Within 5 days of the return of your order.",
        "product": "",
        "plan": "Plus",
        "region": "EU",
        "reviewed": "",
        "url": f"http://testserver{REFUND}",
    }
    assert {one["lang"] for one in client.get("/help/faq.json?lang=ja").json()["entries"]} == {"ja"}
    assert "evidence" not in json.dumps(told)


@pytest.mark.parametrize("path", ["/help/en", ORDER, "/help/en/feed.xml", "/help/faq.json", "/help/en?q=order"])
def test_what_a_browser_has_is_not_sent_again(made: Desk, client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["cache-control"].startswith("public")
    again = client.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    _publish(made, replace(ENTRIES[0], answer="Other words.", updated=datetime(2026, 9, 2, tzinfo=UTC)))
    changed = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200 or path == "/help/en"  # which shows no answers


def test_the_stylesheet_is_kept_under_an_address_that_changes_with_it(client: TestClient) -> None:
    (address,) = re.findall(r'href="(/help/help\.css\?v=[0-9a-f]+)"', client.get("/help/en").text)
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in client.get("/help/help.css").headers["cache-control"]
    assert client.get("/help/mark.svg").status_code == 200


@pytest.mark.parametrize("host", ["evil.example/x", 'a"><script>', "user@evil.example"])
def test_a_strange_host_is_not_repeated(client: TestClient, host: str) -> None:
    page = client.get(ORDER, headers={"host": host}).text
    assert host not in page
    assert f'rel="canonical" href="{ORDER}"' in page


# ---- votes and counts


def _vote(client: TestClient, said: str = "yes", path: str = ORDER, **headers: str) -> Any:
    return client.post(f"{path}/helpful", data={"helpful": said}, headers=headers)


def test_a_vote_counts_once_a_day_and_leads_to_thanks(made: Desk, client: TestClient) -> None:
    answer = _vote(client)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ORDER}/thanks?said=yes")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/help", "Max-Age=86400"))
    assert "We are glad" in client.get(answer.headers["location"]).text
    again = _vote(client, "no")
    assert again.headers["location"].endswith("?said=again")
    assert "already" in client.get(again.headers["location"]).text
    assert _counts(made, "F-0a01") == {"helpful": 1}
    assert _vote(client, "no", REFUND).headers["location"].endswith("?said=no")  # another question
    assert _counts(made, "F-0a02") == {"unhelpful": 1}
    assert "/contact" in client.get(f"{REFUND}/thanks?said=no").text


def test_a_visitor_without_cookies_cannot_vote_for_ever(made: Desk, client: TestClient) -> None:
    for _ in range(12):
        client.cookies.clear()
        assert _vote(client).status_code == 303
    assert _counts(made, "F-0a01")["helpful"] == 5


def test_a_made_up_cookie_is_replaced(client: TestClient) -> None:
    client.cookies.set(COOKIE, "x" * 500)
    assert re.search(rf"{COOKIE}=[A-Za-z0-9_-]{{24}};", _vote(client).headers["set-cookie"])


def test_votes_begin_anew_each_day_and_memory_is_bounded() -> None:
    votes = Votes(remembered=6)
    assert votes.take("F-1", "ann", "1.1.1.1", day="2026-01-01")
    assert not votes.take("F-1", "ann", "2.2.2.2", day="2026-01-01")
    assert votes.take("F-2", "ann", "1.1.1.1", day="2026-01-01")
    assert votes.take("F-1", "ann", "1.1.1.1", day="2026-01-02")
    for n in range(20):
        votes.take("F-1", f"visitor {n}", f"10.0.0.{n}", day="2026-01-02")
    assert len(votes) == 6


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    ],
)
def test_a_form_of_another_site_does_not_vote(made: Desk, client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(f"{ORDER}/helpful", data={"helpful": "yes"}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "set-cookie" not in answer.headers
    assert _counts(made, "F-0a01") == {}


def test_our_own_form_votes(made: Desk, client: TestClient) -> None:
    own = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert client.post(f"{ORDER}/helpful", data={"helpful": "no"}, headers=own).status_code == 303
    assert _counts(made, "F-0a01") == {"unhelpful": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("helpful=maybe", 400),
        ("", 400),
        ("helpful=yes&entry=F-0a02", 400),
        ("a=1&b=1&c=1&d=1&e=1&helpful=yes", 400),
        ("%ff%fe=\x00", 400),
        ("helpful=" + "y" * 5000, 413),
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(made: Desk, client: TestClient, body: str, status: int) -> None:
    answer = client.post(f"{ORDER}/helpful", content=body.encode("latin-1"))
    assert answer.status_code == status
    assert "Go back and press one of the buttons" in answer.text
    assert _counts(made, "F-0a01") == {}


def test_a_vote_on_nothing_is_not_counted(client: TestClient) -> None:
    assert _vote(client, path="/help/en/F-0a04").status_code == 404
    assert client.get(f"{ORDER}/helpful").status_code == 404


def test_opening_and_asking_further_are_counted_for_people_only(made: Desk, client: TestClient) -> None:
    client.get(ORDER)
    client.get(ORDER.replace("/en/", "/ja/"))
    client.head(ORDER)
    client.get(ORDER, headers={"sec-purpose": "prefetch;prerender"})
    client.get(ORDER, headers={"user-agent": "Mozilla/5.0 (compatible; Findbot/2.1)"})
    answer = client.get(f"{ORDER}/contact")
    assert (answer.status_code, answer.headers["location"]) == (303, "/widget/frame?lang=en")
    assert _counts(made, "F-0a01") == {"opened": 2, "contacted": 1}


def test_reading_sets_no_cookie(client: TestClient) -> None:
    for path in ("/help", "/help/en", ORDER, "/help/en?q=order", f"{ORDER}/thanks"):
        assert "set-cookie" not in client.get(path).headers


# ---- limits and trouble


def test_too_many_searches_are_refused_with_a_page(made: Desk) -> None:
    made.settings = made.settings.model_copy(update={"widget_rate": 1})
    client = _client()
    answers = [client.get("/help/ja", params={"q": "order"}) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "アクセスが集中しています" in answers[-1].text
    assert client.get("/help/ja").status_code == 200  # reading goes on


def test_without_a_desk_there_is_a_sentence() -> None:
    desk.use(None)
    answer = TestClient(Starlette(routes=routes.routes())).get("/help/en")
    assert answer.status_code == 503
    assert "Try again" in answer.text


def test_a_query_is_cut_and_cleaned(made: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(made.search, "find", lambda query, *_, **__: heard.append(query) or [])
    client.get("/help/en", params={"q": "  where\x00 is\n\tit " + "long " * 900})
    assert heard[0].startswith("where is it long long")
    assert len(heard[0]) <= finding.LONGEST
    client.get("/help/en", params={"q": "\x00 \u202e "})
    assert len(heard) == 1  # nothing is left to search for


def test_strangers_reach_the_help_centre_and_nothing_else(client: TestClient) -> None:
    assert client.get("/help/en").status_code == 200
    for path in ("/faq", "/helpdesk", "/"):
        assert client.get(path).headers["location"].startswith("/signin")


# ---- words


def test_every_text_of_the_pages_has_its_japanese() -> None:
    folder = Path(pages.__file__).parent
    told = json.loads((Path(language.__file__).parent / "japanese" / "help_centre.json").read_text("utf-8"))
    code = "".join(one.read_text("utf-8") for one in sorted(folder.glob("templates/*")))
    used = {one or other for one, other in re.findall(r"say\((?:\"([^\"]+)\"|'([^']+)')", code)}
    refusals = "".join((folder / name).read_text("utf-8") for name in ("routes.py", "visits.py"))
    refused = set(re.findall(r"\(\d{3}, \"\w+\", \"([^\"]+)\"", refusals))
    assert len(refused) == 4
    assert used - {"..."} | refused == told.keys()


def test_the_japanese_pages_have_no_english_words_of_ours(client: TestClient) -> None:
    for path in ("/help/ja", LOCK, f"{LOCK}/thanks?said=no", "/help/ja/none"):
        text = re.sub(r"<script.*?</script>|<[^>]+>|Mori &amp; Sons &lt;Lamps&gt;", " ", client.get(path).text)
        assert set(re.findall(r"[A-Za-z]{2,}", text)) <= {"English", "Hub"}, path


# ---- prose


def _shape(text: str) -> list[Any]:
    return [
        (one.kind, one.start, [" / ".join("".join(run.text for run in line) for line in item) for item in one.items])
        for one in prose.blocks(text)
    ]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("One.\nTwo.\n\nThree.", [("text", 1, ["One. / Two."]), ("text", 1, ["Three."])]),
        ("1. a\n2) b\n\n3. c", [("steps", 1, ["a", "b", "c"])]),
        (
            "1. a\n   more\n2. b\nThat is all.",
            [("steps", 1, ["a / more", "b"]), ("text", 1, ["That is all."])],
        ),
        ("①開く\n②押す", [("steps", 1, ["開く", "押す"])]),
        ("１．開く\n２．押す", [("steps", 1, ["開く", "押す"])]),
        ("2. b\n4. d", [("steps", 2, ["b"]), ("steps", 4, ["d"])]),
        ("- a\n- b\n・c", [("points", 1, ["a", "b", "c"])]),
        ("1.5 kg is\n2026. No step", [("text", 1, ["1.5 kg is / 2026. No step"])]),
        ("-5 degrees", [("text", 1, ["-5 degrees"])]),
        ("a\r\n\r\nb\u2029\u2029c", [("text", 1, ["a"]), ("text", 1, ["b"]), ("text", 1, ["c"])]),
        (" \n\n", []),
    ],
)
def test_plain_text_becomes_blocks(text: str, shape: list[Any]) -> None:
    assert _shape(text) == shape


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("https://a.example/help。次に", ["https://a.example/help"]),
        ("「https://a.example/?a=1&b=2」", ["https://a.example/?a=1&b=2"]),
        ("http://a.example:8080/, HTTPS://B.example!", ["http://a.example:8080/", "HTTPS://B.example"]),
        ("https://u:p@a.example javascript:x ftp://a.example //a.example https:// https://:80/", []),
        ("https://k.example/SKsk", ["https://k.example/SKsk"]),
        ("https://a.example:99999/ https://[::1/", []),
    ],
)
def test_only_whole_web_addresses_are_links(text: str, links: list[str]) -> None:
    found = list(prose.runs(text))
    assert [run.href for run in found if run.href] == links
    assert "".join(run.text for run in found) == text


def test_excerpts_end_at_a_word() -> None:
    assert prose.excerpt("Short.\nText") == "Short. Text"
    long = prose.excerpt("word " * 100)
    assert len(long) <= 150
    assert long.endswith("word…")
    assert len(prose.excerpt("あ" * 500)) == 150
