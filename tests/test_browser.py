"""The main job in a real browser, with real models: agent, intake, supervisor, customer."""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import in_browser
import pytest
from in_browser import Shot
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.models, pytest.mark.timeout(420)]

DRAFTED = 120_000  # milliseconds: two cores, other tests beside


@pytest.fixture(scope="module")
def address(models: Path, free_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo served by the real command, as `make run` does."""
    home = tmp_path_factory.mktemp("desk") / "home"
    command = [sys.executable, "-m", "console", "serve", "--demo", "--port", str(free_port), "--home", str(home)]
    settings = {"KIZUNA_MODELS": str(models), "KIZUNA_FAQ_HOLDOUT": "0"}
    with in_browser.served(command, settings, home.parent / "serve.log"):
        time.sleep(2)
        yield f"http://localhost:{free_port}"


def _person(browser: Browser, address: str, name: str, **how: object) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **how)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_text("Error L-31, dead batteries").first).to_be_visible(timeout=60_000)
    return context, page


def test_agent_answers_an_angry_ticket_from_its_sources(browser: Browser, address: str, shot: Shot) -> None:
    context, page = _person(browser, address, "Emma Clarke")
    expect(page.get_by_text("At risk").first).to_be_visible(timeout=60_000)
    shot(page, "inbox")
    began = time.monotonic()
    page.get_by_text("Third time. Locked out").first.click()
    page.get_by_text("How it was solved before").first.wait_for()
    shown = time.monotonic() - began
    assert shown < 5, f"suggestion after {shown:.2f} s"  # 1 s on a quiet machine: measured apart, not timed here
    reply = page.get_by_role("textbox", name="Reply")
    expect(reply).to_have_value(re.compile(r"\[1\]"), timeout=DRAFTED)
    page.get_by_role("button", name=re.compile("^1 ")).first.click()
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_text("Risk of leaving").first).to_be_visible()
    page.mouse.move(640, 20)  # no tooltip in the picture
    shot(page, "ticket")
    written = reply.input_value()
    assert "Aozora Home support" in written
    reply.fill(written.replace("Hello Nora,", "Hello Nora, I am sorry for the night on the stairs."))
    page.get_by_role("button", name=re.compile("Send and resolve")).click()
    expect(page.get_by_text("Resolved").first).to_be_visible()
    page.goto(f"{address}/ticket?ticket=O-0003")
    expect(page.get_by_text("night on the stairs").first).to_be_visible()
    expect(page.get_by_text("[1]")).to_have_count(0)  # marks are for the agent's eyes only
    context.close()


@pytest.mark.parametrize(
    ("id", "reply", "becomes"),
    [
        ("O-0005", "Hi Ruth,\n\nthe refund is 59 pounds.\n\nKind regards,\nEmma", "Dear Ruth"),
        ("O-0022", "鈴木 様\n\n交換品は明日お届けします。\n\nよろしくお願いします。", "何卒よろしくお願い申し上げます"),
    ],
)
def test_a_reply_is_rewritten_and_the_talk_translated_and_summed_up(
    browser: Browser, address: str, shot: Shot, id: str, reply: str, becomes: str
) -> None:
    context, page = _person(browser, address, "佐藤 美咲" if id == "O-0005" else "Emma Clarke")
    page.goto(f"{address}/ticket?ticket={id}")
    box, stop = page.locator(".st-key-reply textarea"), page.locator(".st-key-stop button")
    box.or_(stop).first.wait_for()
    page.locator(".kz-summary .kz-point").first.click()
    expect(page.locator(".kz-turn.shown").first).to_be_visible()
    if stop.count():
        stop.click()
    box.wait_for(timeout=DRAFTED)
    box.fill(reply)
    box.press("Alt+Shift+F")  # what was typed is taken along though the box was never left
    choose = page.locator(".st-key-use_rewritten button")
    choose.wait_for(timeout=DRAFTED)
    expect(page.locator(".kz-compare .new")).to_contain_text(becomes)
    expect(page.locator(".kz-compare ins").first).to_be_visible()
    shot(page, f"rewriting-{id}")
    choose.click()
    expect(box).to_have_value(re.compile(re.escape(becomes)))
    page.locator("[class*=st-key-translate_bar] button").first.click()
    shown = page.locator(".kz-translation:not(:has(.kz-caret))").first
    shown.wait_for(state="attached", timeout=DRAFTED)
    script = r"[a-z]{4,} [a-z]{2,}" if id == "O-0022" else r"[ぁ-ん]{2,}"
    expect(shown.locator(".kz-text")).to_contain_text(re.compile(script))
    shot(page, f"translation-{id}")
    context.close()


def test_uploaded_tickets_are_found_seconds_later(browser: Browser, address: str, shot: Shot, tmp_path: Path) -> None:
    file = tmp_path / "former-shop.csv"
    file.write_text(
        "id,date,customer,subject,question,reply,status\n"
        "Z-1,2026-03-02,mia@shop.example,Garden gnome hums at night,My garden gnome hums loudly after midnight.,"
        "Turn its hat a quarter turn to the left; the humming stops.,solved\n"
        "Z-2,2026-03-04,noah@shop.example,Where is my parcel,The gnome is late.,It arrives tomorrow.,solved\n"
    )
    context, page = _person(browser, address, "Emma Clarke")
    page.get_by_role("link", name="Intake").click()
    page.locator("input[type=file]").set_input_files(file)
    page.locator("article").get_by_text("Garden gnome hums").first.wait_for(timeout=60_000)
    shot(page, "intake")
    page.get_by_role("button", name=re.compile("^Bring in")).click()
    page.get_by_text("former-shop.csv").first.wait_for(timeout=60_000)
    page.wait_for_timeout(4000)
    page.get_by_role("link", name="Knowledge").click()
    box = page.get_by_placeholder("Ask in your own words, in either language")
    box.fill("humming noise from the gnome")
    box.press("Enter")
    expect(page.get_by_text("Garden gnome hums at night").first).to_be_visible(timeout=20_000)
    box.fill("返金はいつ")
    box.press("Enter")
    expect(page.get_by_text("返品").first).to_be_visible(timeout=20_000)
    shot(page, "knowledge")
    context.close()


def test_a_supervisor_takes_an_import_back(browser: Browser, address: str, shot: Shot, tmp_path: Path) -> None:
    file = tmp_path / "wrong-shop.csv"
    file.write_text(
        "id,date,subject,question,reply,status\n"
        "W-1,2026-03-02,Submarine periscope fogs up,The periscope fogs up below the surface.,Wipe it.,solved\n"
        "W-2,sometime,Broken row,The periscope is late.,It comes.,solved\n"
    )
    context, page = _person(browser, address, "Naoko Hayashi")
    page.get_by_role("link", name="Intake").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("This row cannot be read").first).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=re.compile("^Bring in")).click()
    expect(page.get_by_text("Done: 1 read").first).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Undo 1 records").click()
    expect(page.get_by_text("Undone: 1 records taken back").first).to_be_visible(timeout=60_000)
    shot(page, "undo")
    page.goto(f"{address}/knowledge?q=submarine+periscope")
    expect(page.get_by_placeholder("Ask in your own words, in either language")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(3000)
    assert page.get_by_text("Submarine periscope fogs up").count() == 0
    context.close()


def test_originals_are_shown_to_a_supervisor_who_asks(browser: Browser, address: str, shot: Shot) -> None:
    context, page = _person(browser, address, "Naoko Hayashi")
    page.goto(f"{address}/ticket?ticket=O-0003")
    talk = page.get_by_text("<PERSON_1>").first
    expect(talk).to_be_visible(timeout=30_000)
    page.get_by_text("Reveal personal data").first.click()
    page.get_by_role("button", name=re.compile("Reveal")).last.click()
    expect(page.locator("mark.kz-original", has_text="Nora").first).to_be_visible(timeout=20_000)
    shot(page, "reveal")
    context.close()


QUESTION = "How do I cancel my subscription plan?"


@pytest.fixture(scope="module")
def approved(browser: Browser, address: str, shot: Shot) -> str:
    """An entry that the supervisor approved, with wording that stands nowhere else; its answer's telling words."""
    context, page = _person(browser, address, "Naoko Hayashi")
    page.get_by_role("link", name="FAQ").click()
    page.get_by_role("button", name="Build from resolved tickets").click()
    page.get_by_role("button", name=re.compile("Approve and publish")).wait_for(timeout=380_000)
    shot(page, "faq")
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    words = "Cancel in the app under Account > Plan > Cancel; your plan then runs on to the last paid day."
    page.get_by_role("textbox", name="Answer").fill(words)
    page.get_by_role("textbox", name="Answer").press("Tab")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name=re.compile("Approve and publish")).click()
    page.get_by_text("Published:").first.wait_for()
    context.close()
    return "runs on to the last paid day"


def test_customer_gets_the_approved_answer_and_a_person(
    browser: Browser, address: str, shot: Shot, approved: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shop = context.new_page()
    shop.goto(f"{address}/widget/shop")
    shop.get_by_role("button", name=re.compile("chat", re.IGNORECASE)).click()
    chat = shop.frame_locator("iframe")
    chat.locator("#text").fill(QUESTION)
    chat.locator("#send").click()
    expect(chat.locator("#log")).to_contain_text(approved, timeout=DRAFTED)
    expect(chat.locator("#log .chip").first).to_be_visible(timeout=DRAFTED)
    shot(shop, "widget")
    chat.locator("#person").click()
    expect(chat.locator("#log")).to_contain_text(re.compile("person|team|colleague", re.IGNORECASE))
    chat.locator("#text").fill("I pay yearly, does that change anything?")
    chat.locator("#send").click()
    desk, page = _person(browser, address, "Emma Clarke")
    page.get_by_placeholder("Search words, names, numbers").fill("cancel my subscription plan")  # among all who wait
    page.keyboard.press("Enter")
    page.get_by_text(QUESTION).first.click()
    expect(page.get_by_text("does that change anything").first).to_be_visible()
    reply = page.get_by_role("textbox", name="Reply")
    stop = page.get_by_role("button", name="Write it myself")
    if stop.count():
        stop.click()
    reply.wait_for(timeout=DRAFTED)
    reply.fill("Hello, it is Emma. Within 60 days of the renewal we refund the unused part.")
    page.get_by_role("button", name=re.compile("Send, keep open")).click()
    expect(chat.locator("#log")).to_contain_text("it is Emma", timeout=20_000)
    shot(shop, "widget-person")
    desk.close()
    context.close()


def test_an_agent_reads_the_faq_but_cannot_decide(browser: Browser, address: str, approved: str) -> None:
    context, page = _person(browser, address, "Emma Clarke")
    page.get_by_role("link", name="FAQ").click()
    expect(page.get_by_text("A supervisor decides").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Approve"))).to_have_count(0)
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_nothing_scrolls_sideways(browser: Browser, address: str, shot: Shot, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="佐藤 美咲").click()
    for path in ("", "ticket?ticket=O-0002", "knowledge?q=返金", "intake", "faq"):
        page.goto(f"{address}/{path}")
        page.locator("[data-testid=stMain]").wait_for()
        page.wait_for_timeout(3500)
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= width, f"{path or 'inbox'} is {wide} wide"
        shot(page, f"{scheme}-{width}-{path.split('?')[0] or 'inbox'}")
    context.close()


def test_strangers_see_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    for path in ("", "ticket?ticket=O-0001", "knowledge", "faq"):
        page.goto(f"{address}/{path}")
        expect(page).to_have_url(re.compile("/signin"))
        expect(page.get_by_text("L-31")).to_have_count(0)
    context.close()
