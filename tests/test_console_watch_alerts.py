"""Alerts: whom and when, quiet hours, the pause after one, what they say, and that they arrive by SMTP and webhook."""

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import smtp_sink
import webhook_sink

from console import mailing, rounds
from console.settings import Settings
from console.watch import alerts, delivery, quiet, webhook, wording
from console.watch.wording import Subject
from ingest.errors import OperatorError, TemporaryError
from ingest.records import Customer, Message, Ticket
from ingest.store import Database, customers, deliveries, notes, tickets, watches
from ingest.store.watches import Watch

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOSTILE = "Ann\r\nBcc: evil@example.com\r\n\r\n<b>\u202eevil\x00 " + "x" * 5000
REASONS = (
    {"signal": "value", "quote": "", "points": 3.0},
    {"signal": "leaving", "quote": "I am <b>leaving</b>\nfor good.", "points": 2.0},
    {"signal": "well", "quote": "thanks", "points": -1.0},
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "GATHER", timedelta(0))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


def _settings(tmp_path: Path, **values: Any) -> Settings:
    return Settings(home=tmp_path, **values)


def _watch(db: Database, id: str = "1", at_risk: float = 0.8, name: str = "Ann", **values: Any) -> Watch:
    made = Watch(f"C-{id}", f"T-{id}", NOON, at_risk, at_risk, REASONS, **values)
    with db.write() as connection:
        customers.put(connection, Customer(f"C-{id}", name), origin="test")
        tickets.put(connection, Ticket(f"T-{id}", (Message("incoming", "Bye"),), customer=f"C-{id}"), origin="test")
        return replace(made, id=watches.put(connection, made))


def _raise(db: Database, watch: Watch, settings: Settings, now: datetime = NOON) -> int:
    with db.write() as connection:
        watches.put(connection, watch)
        return alerts.raised(connection, watch, settings, now)


def _page(db: Database) -> list[deliveries.Delivery]:
    with db.read() as connection:
        return deliveries.page(connection)


# ---- when


@pytest.mark.parametrize(
    ("now", "hours", "zone", "then"),
    [
        ("2026-11-20T12:00", "22:00-07:00", "UTC", "2026-11-20T12:00"),
        ("2026-11-20T22:00", "22:00-07:00", "UTC", "2026-11-21T07:00"),
        ("2026-11-20T06:59", "22:00-07:00", "UTC", "2026-11-20T07:00"),
        ("2026-11-20T07:00", "22:00-07:00", "UTC", "2026-11-20T07:00"),
        ("2026-11-20T13:30", "12:00-14:00", "UTC", "2026-11-20T14:00"),
        ("2026-11-20T14:00", "22:00-07:00", "Asia/Tokyo", "2026-11-20T22:00"),
        ("2026-03-28T23:30", "22:00-07:00", "Europe/Berlin", "2026-03-29T05:00"),  # an hour shorter that night
        ("2026-11-20T03:00", "", "UTC", "2026-11-20T03:00"),
        ("2026-11-20T03:00", "03:00-03:00", "UTC", "2026-11-20T03:00"),
    ],
)
def test_quiet_hours_end_in_the_desks_own_time(now: str, hours: str, zone: str, then: str) -> None:
    at, expected = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (now, then))
    assert quiet.until(at, hours, zone) == expected


def test_the_same_customer_causes_no_second_alert_until_a_pause_or_a_rise(db: Database, tmp_path: Path) -> None:
    settings = _settings(tmp_path, alerts_webhook=("http://a.example", "http://b.example"))
    watch = _watch(db, at_risk=0.6)
    assert _raise(db, watch, settings) == 2
    assert _raise(db, replace(watch, at_risk=0.75), settings, NOON + timedelta(days=30)) == 0
    assert _raise(db, replace(watch, at_risk=0.85), settings, NOON + timedelta(hours=1)) == 2
    assert _raise(db, replace(watch, at_risk=0.9), settings, NOON + timedelta(hours=2)) == 0
    again = replace(watch, id="", at_risk=0.6)
    assert _raise(db, replace(again, id="R-2"), settings, NOON + timedelta(days=3)) == 0
    assert _raise(db, replace(again, id="R-2"), settings, NOON + timedelta(days=8)) == 2


def test_no_alert_tells_of_what_is_settled_or_was_never_flagged(db: Database, tmp_path: Path) -> None:
    settings = _settings(tmp_path, alerts_webhook=("http://a.example",))
    assert _raise(db, replace(_watch(db), closed=NOON, outcome="saved"), settings) == 0
    assert _raise(db, replace(_watch(db, "2"), flagged=False), settings) == 0


def test_without_a_server_no_mail_is_addressed(tmp_path: Path) -> None:
    assert list(alerts.targets(_settings(tmp_path, alerts_to=("a@b.example",)))) == []
    told = _settings(tmp_path, alerts_to=("a@b.example",), smtp_url="smtp://mail.example")
    assert list(alerts.targets(told)) == [("email", "a@b.example")]


# ---- what they say


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_mail_tells_name_risk_quote_and_link_and_no_more(db: Database, lang: str) -> None:
    subject, text = wording.email([Subject(_watch(db, at_risk=0.83), "Ann Lee")], lang, "https://desk.example")
    assert "Ann Lee" in subject
    assert "83 %" in subject
    assert "I am <b>leaving</b> for good." in text
    assert "https://desk.example/watch?watch=R-" in text
    assert "thanks" not in text


def test_hostile_names_and_huge_texts_stay_one_short_line(db: Database) -> None:
    watch = _watch(db, name=HOSTILE)
    subject, _ = wording.email([Subject(watch, HOSTILE)], "en", "http://x")
    assert "\n" not in subject
    assert "\r" not in subject
    assert "\u202e" not in subject
    assert len(subject) < 120
    told = wording.body([Subject(watch, HOSTILE)] * 50, "http://x")
    assert len(json.dumps(told)) < 20_000
    assert (len(told["customers"]), told["more"]) == (wording.MOST, 30)


# ---- by mail


def test_a_mail_arrives_by_smtp_without_anything_injected(db: Database, tmp_path: Path) -> None:
    with smtp_sink.running() as sink:
        settings = _settings(
            tmp_path, smtp_url=f"smtp://127.0.0.1:{sink.port}", alerts_to=("naoko@desk.example",),
            alerts_from="Kizuna <desk@desk.example>", url="https://desk.example/k/",
        )  # fmt: skip
        _raise(db, _watch(db, name=HOSTILE), settings)
        assert delivery.send_due(db, settings, NOON) == 1
    (mail,) = sink.mails
    assert mail["Bcc"] is None
    assert mail["From"] == "Kizuna <desk@desk.example>"
    assert mail["To"] == "naoko@desk.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Bcc: evil@example.com" in mail["Subject"]  # as words of a name, not as a head
    assert "https://desk.example/k/watch?watch=" in mail.get_content()
    assert _page(db)[0].sent == NOON


def test_a_mail_server_that_asks_for_tls_and_a_password_gets_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = smtp_sink.certificate(tmp_path)
    account = f"{smtp_sink.USER}:{quote(smtp_sink.PASSWORD, safe='')}"
    with smtp_sink.running(context, sign_in=True) as sink:
        server = f"smtp://{account}@localhost:{sink.port}"
        told = {"sender": "a@b.example", "to": "c@d.example", "subject": "離反のおそれ", "text": "はい。\n"}
        with pytest.raises(TemporaryError, match=r"(?i)certificate"):
            mailing.send(server, **told)
        assert sink.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        mailing.send(server, **told)
        mailing.answers(server)
        with pytest.raises(TemporaryError, match=r"(?i)auth"):
            mailing.send(f"smtp://desk:wrong@localhost:{sink.port}", **told)
    assert [mail["Subject"] for mail in sink.mails] == ["離反のおそれ"]
    assert sink.signed_in == ["desk", "desk"]


def test_a_password_is_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp_sink.running() as sink:
        monkeypatch.setattr(mailing, "_HERE", ())
        with pytest.raises(OperatorError, match="no encryption"):
            mailing.answers(f"smtp://{smtp_sink.USER}:x@127.0.0.1:{sink.port}")
    assert sink.signed_in == []


@pytest.mark.parametrize(
    "server", ["mail.example", "http://mail.example", "smtp://", "smtp://a:b@c:port", "smtp://x:0"]
)
def test_an_address_that_is_no_mail_server_says_how_to_write_one(server: str) -> None:
    with pytest.raises(OperatorError, match="smtp://user:password@host:587"):
        mailing.answers(server)


def test_what_came_up_in_quiet_hours_goes_out_as_one_when_they_end(db: Database, tmp_path: Path) -> None:
    night = NOON.replace(hour=23)
    with smtp_sink.running() as sink:
        settings = _settings(
            tmp_path, smtp_url=f"smtp://127.0.0.1:{sink.port}", alerts_to=("naoko@desk.example",),
            alerts_quiet="22:00-07:00",
        )  # fmt: skip
        _raise(db, _watch(db, "1", 0.7, "Ann"), settings, night)
        _raise(db, _watch(db, "2", 0.9, "Ben"), settings, night + timedelta(hours=1))
        assert delivery.send_due(db, settings, night + timedelta(hours=2)) == 0
        assert delivery.send_due(db, settings, night + timedelta(hours=8)) == 2
    (mail,) = sink.mails
    assert "2 customers" in mail["Subject"]
    assert mail.get_content().index("Ben") < mail.get_content().index("Ann")


def test_what_comes_up_within_minutes_goes_out_as_one(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "GATHER", timedelta(minutes=2))
    with webhook_sink.running() as sink:
        settings = _settings(tmp_path, alerts_webhook=(sink.url,))
        for n, seconds in enumerate((0, 60, 119, 300)):
            _raise(db, _watch(db, str(n)), settings, NOON + timedelta(seconds=seconds))
        assert delivery.send_due(db, settings, NOON + timedelta(seconds=119)) == 0
        assert delivery.send_due(db, settings, NOON + timedelta(seconds=121)) == 3
        assert delivery.send_due(db, settings, NOON + timedelta(seconds=420)) == 1
    assert [len(json.loads(body)["customers"]) for _, body in sink.posted] == [3, 1]


def test_a_test_alert_does_not_wait_for_the_morning(db: Database, tmp_path: Path) -> None:
    with smtp_sink.running() as sink:
        settings = _settings(
            tmp_path, smtp_url=f"smtp://127.0.0.1:{sink.port}", alerts_to=("naoko@desk.example",),
            alerts_quiet="00:00-23:59", alerts_lang="ja",
        )  # fmt: skip
        with db.write() as connection:
            assert alerts.test(connection, settings, NOON, "naoko") == 1
        assert delivery.send_due(db, settings, NOON) == 1
    assert sink.mails[0]["Subject"] == "Kizuna からのテスト通知"


# ---- by webhook


def test_a_webhook_gets_signed_json_that_a_receiver_can_check(db: Database, tmp_path: Path) -> None:
    with webhook_sink.running() as sink:
        settings = _settings(tmp_path, alerts_webhook=(f"{sink.url}/hook",), alerts_secret="k3y", url="http://desk")
        watch = _watch(db)
        _raise(db, watch, settings)
        assert delivery.send_due(db, settings, NOON) == 1
    ((head, body),) = sink.posted
    stamp, signed = (part.partition("=")[2] for part in head[webhook.SIGNATURE].split(","))
    assert int(stamp) == int(NOON.timestamp())
    expected = hmac.new(b"k3y", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signed, expected)
    told = json.loads(body)
    assert told["type"] == "customers.at_risk"
    assert told["id"] == head[webhook.DELIVERY] == _page(db)[0].id
    (one,) = told["customers"]
    assert one == {
        "watch": watch.id, "name": "Ann", "at_risk": 0.8, "since": NOON.isoformat(),
        "reason": {"signal": "leaving", "quote": "I am <b>leaving</b> for good."},
        "link": f"http://desk/watch?watch={watch.id}",
    }  # fmt: skip


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_is_tried_again_under_the_same_id_and_given_up_in_the_end(
    db: Database, tmp_path: Path, status: int
) -> None:
    with webhook_sink.running() as sink:
        sink.status = status
        settings, now = _settings(tmp_path, alerts_webhook=(sink.url,)), NOON
        _raise(db, _watch(db), settings)
        for pause in mailing.PAUSES:
            assert delivery.send_due(db, settings, now) == 0
            assert delivery.send_due(db, settings, now + pause - timedelta(seconds=1)) == 0
            now += pause
        assert _page(db)[0].given_up is None
        delivery.send_due(db, settings, now)
        delivery.send_due(db, settings, now + timedelta(days=9))
    one = _page(db)[0]
    assert (one.sent, one.given_up, one.tries) == (None, now, len(mailing.PAUSES) + 1)
    assert one.trouble == f"The webhook answered {status}, not 2xx."
    assert len(sink.posted) == len(mailing.PAUSES) + 1  # and no redirect was followed
    assert {head[webhook.DELIVERY] for head, _ in sink.posted} == {one.id}


def test_a_retry_waits_for_the_morning_as_well(db: Database, tmp_path: Path) -> None:
    evening = NOON.replace(hour=21, minute=59, second=50)
    settings = _settings(tmp_path, alerts_webhook=("http://127.0.0.1:9",), alerts_quiet="22:00-07:00")
    _raise(db, _watch(db), settings, evening)
    delivery.send_due(db, settings, evening)
    assert _page(db)[0].due == NOON.replace(day=21, hour=7)


def test_one_address_that_fails_keeps_no_other_waiting(db: Database, tmp_path: Path) -> None:
    with webhook_sink.running() as sink:
        settings = _settings(tmp_path, alerts_webhook=("http://127.0.0.1:9", sink.url, "ftp://files.example"))
        _raise(db, _watch(db), settings)
        assert delivery.send_due(db, settings, NOON) == 1
    found = {one.target: one for one in _page(db)}
    assert found[sink.url].sent
    assert found["http://127.0.0.1:9"].trouble.startswith("The webhook does not answer")
    assert "address that is none" in found["ftp://files.example"].trouble


def test_a_slow_receiver_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WITHIN", 0.2)
    with webhook_sink.running() as sink:
        sink.slow = 5.0
        with pytest.raises(TemporaryError, match="does not answer"):
            webhook.post(sink.url, {}, id="D-1", at=0)


def test_a_mail_server_that_never_speaks_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(TemporaryError, match="does not answer"):
            mailing.answers(server)


def test_what_is_settled_before_it_went_out_is_dropped(db: Database, tmp_path: Path) -> None:
    settings = _settings(tmp_path, alerts_webhook=("http://127.0.0.1:9",))
    watch = _watch(db)
    _raise(db, watch, settings)
    with db.write() as connection:
        deliveries.drop(connection, watch.id, NOON, "settled")
    assert delivery.send_due(db, settings, NOON) == 0
    assert _page(db)[0].trouble == "settled"


def test_an_address_that_left_the_settings_is_not_written_to(db: Database, tmp_path: Path) -> None:
    with webhook_sink.running() as sink:
        _raise(db, _watch(db), _settings(tmp_path, alerts_webhook=(sink.url,)))
        assert delivery.send_due(db, _settings(tmp_path), NOON) == 0
    assert sink.posted == []
    assert _page(db)[0].trouble == delivery.GONE


def test_the_courier_survives_faults_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def fail(*_: object) -> int:
        calls.append(0)
        raise ZeroDivisionError

    monkeypatch.setattr(rounds, "EVERY", 0.01)
    running = rounds.Courier(fail)
    running.start()
    until = datetime.now(UTC) + timedelta(seconds=10)
    while len(calls) < 2 and datetime.now(UTC) < until:
        pass
    running.stop()
    assert len(calls) >= 2


def test_a_signature_covers_time_and_body() -> None:
    one = webhook.signature("k", 1, b"{}")
    assert one == "t=1,v1=" + hmac.new(b"k", b"1.{}", hashlib.sha256).hexdigest()
    assert (
        len({one, webhook.signature("k", 2, b"{}"), webhook.signature("k", 1, b"[]"), webhook.signature("x", 1, b"{}")})
        == 4
    )


def test_tests_are_journaled(db: Database, tmp_path: Path) -> None:
    with db.write() as connection:
        alerts.test(connection, _settings(tmp_path), NOON, "naoko")
        assert [line.by for line in notes.about(connection, "")] == ["naoko"]
