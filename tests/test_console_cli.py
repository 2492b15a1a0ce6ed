"""The command line as scripts use it: shapes, order, exit codes, and sentences instead of tracebacks."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import smtp_sink
import webhook_sink
from click.testing import Result
from pydantic import SecretStr
from stand_ins import HashedWords, Picking, Quarters, SharedWords, words_decide
from typer.testing import CliRunner

from console import accounts, cli, confidence, desk, doctor, settings
from console.confidence import Trust
from ingest import home, passages, redact, weights
from ingest.embedding import Embedding
from ingest.errors import OperatorError, SenderError
from ingest.redact import Redactor
from ingest.store import Database, tickets

ROOT = Path(__file__).parent.parent
ARTICLE = {
    "kind": "article",
    "id": "A-1",
    "title": "Kettle",
    "text": "Rinse the kettle with vinegar twice a month.",
    "lang": "en",
}
JAPANESE = {"kind": "article", "id": "A-2", "title": "返金", "text": "返金は到着から30日以内に承ります。", "lang": "ja"}
TICKET = {
    "kind": "ticket",
    "id": "T-1",
    "customer": "C-1",
    "created": "2026-03-14T09:00:00Z",
    "turns": [
        {"role": "customer", "text": "Kettle leaks"},
        {"role": "agent", "text": "Close the lid of the kettle firmly."},
    ],
}
PERSON = {"kind": "customer", "id": "C-1", "name": "Maria Lopez", "email": "maria@mail.example"}
Run = Callable[..., Result]


def _lines(*items: Any) -> str:
    return "".join((item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)) + "\n" for item in items)


def _answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redactor: Redactor) -> Run:
    """`kizuna ...` in this process, on a home of the test, without any model."""
    monkeypatch.setenv("KIZUNA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KIZUNA_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("KIZUNA_EMBEDDING", "stand-in")  # so that nothing is fetched
    monkeypatch.setenv("KIZUNA_CHAT", "none")
    monkeypatch.setattr(Embedding, "open", lambda models, name: HashedWords("multilingual-e5-small"))
    monkeypatch.setattr(passages, "open", lambda path: Quarters())
    monkeypatch.setattr(weights, "locate", lambda id, folder: folder / id)
    monkeypatch.setattr(redact, "open", lambda: redactor)

    def invoke(*arguments: str, said: str | bytes = "") -> Result:
        result = CliRunner().invoke(cli.app, arguments, input=said)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "in.jsonl").write_text(_lines(PERSON, ARTICLE, JAPANESE, TICKET), encoding="utf-8")
    assert run("ingest", str(tmp_path / "in.jsonl"), "--json").exit_code == 0
    return run


# --- ingest


def test_ingest_reports_by_kind_and_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        _lines(PERSON, ARTICLE, TICKET, TICKET | {"kind": "call", "id": "K-1"}, "{broken"), encoding="utf-8"
    )
    first, again = run("ingest", str(path), "--json"), run("ingest", str(path), "--json")
    assert (first.exit_code, again.exit_code) == (0, 0)
    report = json.loads(first.stdout)
    counts = {"added", "changed", "unchanged", "removed", "merged"}
    assert set(report) == counts | {"rejected", "passages", "reasons"}
    assert report["added"] == {"customer": 1, "article": 1, "ticket": 1, "call": 1}
    assert (report["rejected"], report["passages"]) == (1, 5)
    assert json.loads(again.stdout)["unchanged"] == report["added"]
    assert json.loads(again.stdout)["added"] == {}
    told = run("ingest", str(path))
    assert "unchanged        4" in told.stdout
    assert "rejected         1" in told.stdout


def test_a_dry_run_tells_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(_lines(PERSON, ARTICLE, JAPANESE, TICKET, "{broken"), encoding="utf-8")
    report = json.loads(run("ingest", str(path), "--dry-run", "--json").stdout)
    assert report["dry_run"] is True
    assert report["kinds"] == {"customer": 1, "article": 2, "ticket": 1}
    assert report["langs"] == {"en": 2, "ja": 1}
    assert report["dates"] == ["2026-03-14", "2026-03-14"]
    assert report["rejected"] == sum(report["reasons"].values()) == 1
    assert "Nothing was stored" in run("ingest", str(path), "--dry-run").stdout
    assert not (tmp_path / "home").exists()


def test_columns_may_be_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("ref,words,who\n7,The kettle leaks,customer\n", encoding="utf-8")
    mapping = ["--map", "id=ref", "--map", "text=words", "--map", "role=who"]
    report = json.loads(run("ingest", str(tmp_path / "in.csv"), "--json", *mapping).stdout)
    assert report["added"] == {"ticket": 1}
    with pytest.raises(Exception, match="has no `=`"):
        run("ingest", str(tmp_path / "in.csv"), "--map", "text")


def test_the_home_of_the_option_wins(filled: Run, tmp_path: Path) -> None:
    other = filled("search", "--jsonl", "--home", str(tmp_path / "other"), said=_lines({"id": "q", "text": "kettle"}))
    assert _answers(other) == [{"id": "q", "hits": []}]
    assert (tmp_path / "other" / "kizuna.db").is_file()


# --- lines


def test_search_answers_line_by_line(filled: Run) -> None:
    result = filled(
        "search", "--jsonl", "--limit", "2", said=_lines({"id": "2", "text": "kettle"}, {"id": "1", "text": "返金"})
    )
    assert result.exit_code == 0
    kettle, refund = _answers(result)
    assert (kettle["id"], refund["id"]) == ("2", "1")
    assert set(kettle) == {"id", "hits"}
    assert all(set(hit) == {"source", "title", "score"} for hit in kettle["hits"] + refund["hits"])
    assert len(kettle["hits"]) == 2
    assert refund["hits"][0]["source"] == "A-2"
    assert "返金" in result.stdout


def test_bad_lines_are_told_and_the_exit_code_is_one(filled: Run) -> None:
    huge = json.dumps({"id": "huge", "text": "kettle " * 160_000})
    long = {"id": "long", "text": "kettle " * 100_000}
    said = _lines(
        {"id": "a", "text": "kettle"}, "{broken", {"id": "b"}, huge, long, "", {"id": "c", "text": "😀\u2028 kettle"}
    )
    result = filled("search", "--jsonl", said=said)
    assert result.exit_code == 1
    found = _answers(result)
    assert [one["id"] for one in found] == ["a", "line 2", "b", "huge", "long", "c"]
    assert [set(one) == {"id", "error"} for one in found] == [False, True, True, True, False, False]
    assert "3 line(s) could not be answered" in result.stderr


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b'\xef\xbb\xbf{"id":"a","text":"kettle"}\r\n{"id":"b","text":"kettle"}\r\n', ["a", "b"]),
        (b'{"id":"a","text":"\xff\xfe kettle"}\n{"id":"b","text":"\x83e kettle"}', ["a", "b"]),
        ('{"id":"返","text":"返金"}'.encode(), ["返"]),
        (b"\n\n", []),
        (b"", []),
    ],
)
def test_any_bytes_may_come(filled: Run, said: bytes, expected: list[str]) -> None:
    result = filled("search", "--jsonl", said=said)
    assert [one["id"] for one in _answers(result)] == expected
    assert result.exit_code == 0


def test_drafts_have_the_promised_shape(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIZUNA_CHAT", "openai:stand-in")
    monkeypatch.setattr(desk, "open_chat", lambda *_, **__: Picking())
    monkeypatch.setattr(desk.Desk, "verifier", SharedWords())
    monkeypatch.setattr(confidence, "current", lambda db: Trust(0.1))
    words_decide(monkeypatch)
    said = _lines(
        {"id": "1", "text": "How often do I rinse the kettle?", "customer": "C-1"},
        {"id": "2", "turns": [{"role": "customer", "text": "Rinse the kettle?"}, {"role": "agent", "text": "Yes."}]},
        {"id": "3"},
    )
    result = filled("draft", "--jsonl", said=said)
    assert result.exit_code == 1
    first, second, third = _answers(result)
    shape = {"id", "reply", "citations", "confidence", "abstained", "reason"}
    assert set(first) == set(second) == shape
    assert set(third) == {"id", "error"}
    assert first["reply"].startswith("Hello Maria,")
    (cited,) = first["citations"]
    assert cited == {"source": "A-1", "quote": ARTICLE["text"]}
    assert (first["abstained"], first["reason"]) == (False, "")
    assert 0.1 < first["confidence"] <= 1


def test_without_a_chat_model_drafts_abstain_and_say_why(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.Desk, "verifier", SharedWords())
    result = filled("draft", "--jsonl", said=_lines({"id": "1", "text": "Rinse the kettle?"}))
    (found,) = _answers(result)
    assert result.exit_code == 0
    assert (found["abstained"], found["citations"]) == (True, [])
    assert found["reason"]
    assert "KIZUNA_CHAT=none" in result.stderr
    assert "KIZUNA_CHAT" not in result.stdout


def test_moods_have_the_promised_shape(run: Run) -> None:
    turns = [
        {"role": "customer", "text": "I am cancelling and going to your competitor"},
        {"role": "agent", "text": "Why?"},
    ]
    said = _lines({"id": "1", "text": "thanks"}, {"id": "2", "turns": turns}, {"id": "3", "turns": turns[1:]})
    result = run("mood", "--jsonl", said=said)
    assert result.exit_code == 1
    one, two, three = _answers(result)
    assert set(one) == set(two) == {"id", "label", "score", "dissatisfied", "at_risk", "reasons"}
    for found in (one, two):
        assert found["label"] in ("negative", "neutral", "positive")
        assert all(0 <= found[name] <= 1 for name in ("score", "dissatisfied", "at_risk"))
    assert {"signal": "leaving", "quote": two["reasons"][0]["quote"]} in two["reasons"]
    assert two["reasons"][0]["quote"] in turns[0]["text"]
    assert two["at_risk"] > one["at_risk"]
    assert "No turn is the customer's" in three["error"]


def test_redact_has_the_promised_shape(run: Run) -> None:
    said = _lines(
        {"id": "1", "text": "Mail a@mail.example or 090-1234-5678, order AZ-1234567"}, {"id": "2", "text": "なし"}
    )
    one, two = _answers(run("redact", "--jsonl", said=said))
    assert one == {
        "id": "1",
        "text": "Mail <EMAIL_1> or <PHONE_1>, order AZ-1234567",
        "found": [{"type": "EMAIL", "placeholder": "<EMAIL_1>"}, {"type": "PHONE", "placeholder": "<PHONE_1>"}],
    }
    assert two == {"id": "2", "text": "なし", "found": []}


def test_redact_takes_the_longest_line(run: Run) -> None:
    text = "Please mail a@mail.example. " * 2_000
    ((found),) = _answers(run("redact", "--jsonl", said=_lines({"id": "1", "text": text})))
    assert len(found["found"]) == 2_000
    assert {one["placeholder"] for one in found["found"]} == {"<EMAIL_1>"}


def test_questions_are_grouped(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from console import faq

    monkeypatch.setattr(
        faq, "group", lambda texts, embedding: ["same" if "kettle" in text else "other" for text in texts]
    )
    said = _lines({"id": "1", "text": "kettle"}, "{", {"id": "2", "text": "lamp"}, {"id": "3", "text": "a kettle"})
    result = run("faq", "group", "--jsonl", said=said)
    assert result.exit_code == 1
    assert [(one["id"], one.get("topic", "error")) for one in _answers(result)] == [
        ("1", "same"),
        ("line 2", "error"),
        ("2", "other"),
        ("3", "same"),
    ]


# --- the other commands


def test_the_doctor_finds_what_the_index_lacks(filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "catalogue", lambda: ())
    well = filled("doctor")
    assert (well.exit_code, "BAD" in well.stdout) == (0, False)
    assert "1 tickets and calls, 2 articles, 0 rejects" in well.stdout
    with Database.open(tmp_path / "home" / "kizuna.db").write() as db:
        db.exec_driver_sql("UPDATE passages SET indexed = 0")
        db.exec_driver_sql("DELETE FROM passages WHERE source = 'A-1'")
    ill = filled("doctor")
    assert ill.exit_code == 1
    assert "Run: kizuna reindex" in ill.stdout
    mended = filled("reindex")
    assert mended.stdout.strip() == "3 passages are indexed."
    assert filled("doctor").exit_code == 0


def test_the_doctor_tells_every_trouble(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(id: str, folder: Path) -> Path:
        raise OperatorError(f"{id} is missing. Run: kizuna models fetch")

    monkeypatch.setattr(weights, "locate", lost)
    held = home.open(tmp_path / "home", "kizuna serve")
    found = doctor.examine(settings.load())
    held.close()
    needed = [f"model {weight.id}" for weight in weights.catalogue() if weight.default]
    assert [one.what for one in found if not one.well] == [*needed, "data folder"]
    assert "kizuna models fetch" in found[0].said
    assert "kizuna serve" in found[-1].said


def test_the_doctor_tells_whether_alerts_would_arrive(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "catalogue", lambda: ())
    monkeypatch.setattr(doctor, "_home", lambda _: [])
    with smtp_sink.running() as mails, webhook_sink.running() as hooks:
        chosen = settings.load().model_copy(
            update={
                "smtp_url": SecretStr(f"smtp://127.0.0.1:{mails.port}"), "alerts_to": ("a@b.example",),
                "alerts_webhook": (hooks.url, "http://127.0.0.1:9"),
            }
        )  # fmt: skip
        found = doctor.examine(chosen)
    assert [one.well for one in found] == [True, True, False]
    assert "KIZUNA_ALERTS_SECRET" in found[1].said
    assert (mails.mails, hooks.posted) == ([], [])
    (lost,) = doctor.examine(chosen.model_copy(update={"smtp_url": SecretStr(""), "alerts_webhook": ()}))
    assert (lost.well, lost.said) == (False, "No mail server is set. Set KIZUNA_SMTP_URL.")
    told = chosen.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:9"), "mail_from": "help@shop.example"})
    assert [one.what for one in doctor.examine(told) if not one.well][:2] == ["alerts by email", "mails to customers"]


def test_an_account_is_made_and_can_sign_in(run: Run, tmp_path: Path) -> None:
    made = run("account", "emma", "--role", "supervisor", "--display", "Emma", said="correct horse\ncorrect horse\n")
    assert "emma can sign in as supervisor." in made.stdout
    assert "correct horse" not in made.stdout
    db = Database.open(tmp_path / "home" / "kizuna.db")
    found = accounts.of_session(db, accounts.sign_in(db, "emma", "correct horse"))
    db.close()
    assert found == accounts.Account("emma", "Emma", "supervisor", "en")


def test_faq_entries_are_listed_as_lines(run: Run, tmp_path: Path) -> None:
    from ingest.store import faqs

    db = Database.open(tmp_path / "home" / "kizuna.db")
    with db.write() as connection:
        faqs.put(connection, faqs.Entry("F-1", "返金は?", "30日以内です。", "ja", state="rejected"))
    db.close()
    (entry,) = _answers(run("faq", "list"))
    assert (entry["id"], entry["question"], entry["state"]) == ("F-1", "返金は?", "rejected")


def _entries(tmp_path: Path) -> Database:
    from ingest.store import faqs

    db = Database.open(tmp_path / "home" / "kizuna.db")
    said = {
        "about": "answer",
        "kind": "article",
        "source": "A-1",
        "title": "Refunds",
        "quote": "30 days.",
        "lang": "en",
    }
    both = faqs.Entry("F-1", "Refund?", "30 days.", "en", others={"ja": faqs.Face("返金は？", "30日以内です。")})
    with db.write() as connection:
        faqs.put(connection, replace(both, plan="plus", evidence=[said]))
        faqs.put(connection, faqs.Entry("F-2", "Empty?", "", "en"))
    accounts.create(db, "naoko", "Naoko", "supervisor", "correct horse")
    accounts.create(db, "kenji", "Kenji", "supervisor", "correct horse")
    accounts.create(db, "emma", "Emma", "agent", "correct horse")
    return db


def test_faq_entries_are_published_in_a_supervisors_name_and_exported(run: Run, tmp_path: Path) -> None:
    _entries(tmp_path).close()
    assert run("faq", "export").stdout == ""
    done = run("faq", "publish", "F-1", "F-2", "F-9", "--by", "naoko")
    assert (done.exit_code, done.stdout) == (1, "F-1 is published.\n")
    assert "F-2: The answer is empty" in done.stderr
    assert "F-9: This entry is no longer there" in " ".join(done.stderr.split())
    (entry,) = _answers(run("faq", "export"))
    assert list(entry["faces"]) == ["en", "ja"]
    assert entry["slug"] == "refund-F-1"
    assert entry["conditions"] == {"product": "", "plan": "plus", "region": ""}
    assert entry["sources"] == [{"kind": "article", "source": "A-1", "title": "Refunds", "quote": "30 days."}]
    (japanese,) = _answers(run("faq", "export", "--lang", "ja"))
    assert japanese["faces"] == {"ja": {"question": "返金は？", "answer": "30日以内です。"}}


def test_only_a_supervisor_publishes_and_with_four_eyes_two(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _entries(tmp_path).close()
    refused = run("faq", "publish", "F-1", "--by", "emma")
    assert refused.exit_code == 1
    assert "Only a supervisor" in refused.stderr
    with pytest.raises(SenderError, match="no account 'nobody'"):
        run("faq", "publish", "F-1", "--by", "nobody")
    monkeypatch.setenv("KIZUNA_FAQ_FOUR_EYES", "true")
    assert "another supervisor publishes it" in run("faq", "publish", "F-1", "--by", "naoko").stdout
    assert run("faq", "export").stdout == ""
    assert run("faq", "publish", "F-1", "--by", "kenji").stdout == "F-1 is published.\n"


def test_models_are_listed(run: Run) -> None:
    listed = run("models", "list").stdout
    assert all(weight.id in listed for weight in weights.catalogue())
    assert "here" not in listed


def test_fetching_asks_for_what_was_named(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Any] = []

    def fetch(names: Any, folder: Path, **_: Any) -> list[Path]:
        asked.append((names, folder))
        return [folder / "file"]

    monkeypatch.setattr(weights, "fetch", fetch)
    assert run("models", "fetch", "cl100k_base").stdout.strip() == str(tmp_path / "models" / "file")
    run("models", "fetch")
    assert asked == [(["cl100k_base"], tmp_path / "models"), (None, tmp_path / "models")]


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("damaged", 1), ("missing", 1)])
def test_verifying_fails_when_a_needed_file_does(
    run: Run, monkeypatch: pytest.MonkeyPatch, state: str, code: int
) -> None:
    found = [(SimpleNamespace(id="a", default=True), state), (SimpleNamespace(id="b", default=False), "missing")]
    monkeypatch.setattr(weights, "verify", lambda folder: found)
    assert run("models", "verify").exit_code == code


# --- as a process of its own


def _process(*arguments: str, said: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": "", "HOME": os.environ.get("HOME", "/")} | variables
    command = [sys.executable, "-m", "console", *arguments]
    return subprocess.run(command, input=said, env=environment, cwd=ROOT, capture_output=True, check=False, timeout=120)


def test_an_unknown_setting_ends_it_with_its_name() -> None:
    found = _process("doctor", KIZUNA_HOEM="/tmp/x")
    assert found.returncode == 2
    assert found.stderr.decode() == (
        "kizuna: Unknown setting KIZUNA_HOEM. docs/settings.md lists every setting; unset this one.\n"
    )
    assert found.stdout == b""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ingest",), "Name files or folders"),
        (("no-such-command",), "No such command"),
        (("search", "--limit", "many"), "Invalid value"),
    ],
)
def test_wrong_use_is_told_with_exit_code_two(arguments: tuple[str, ...], told: str) -> None:
    found = _process(*arguments)
    assert found.returncode == 2
    assert told in found.stderr.decode()
    assert "Traceback" not in found.stderr.decode()


def test_a_home_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = _process("faq", "list", "--home", str(tmp_path / "file"))
    assert found.returncode == 2
    assert "Choose another with --home" in found.stderr.decode()
    assert "Traceback" not in found.stderr.decode()


def test_a_missing_model_is_told_when_nothing_may_be_fetched(tmp_path: Path) -> None:
    found = _process("search", "--home", str(tmp_path), KIZUNA_OFFLINE="true", KIZUNA_MODELS=str(tmp_path / "none"))
    assert found.returncode == 2
    assert "kizuna:" in found.stderr.decode()
    assert "Traceback" not in found.stderr.decode()


def test_a_locale_without_japanese_is_no_trouble() -> None:
    said = '{"id":"返","text":"返金"}\n'.encode()
    found = _process("redact", "--jsonl", said=said, LC_ALL="C")
    assert json.loads(found.stdout.decode("utf-8")) == {"id": "返", "text": "返金", "found": []}


# --- with the real models


@pytest.fixture(scope="module")
def desk_home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "in.jsonl").write_text(_lines(PERSON, ARTICLE, JAPANESE, TICKET), encoding="utf-8")
    variables = {"KIZUNA_MODELS": str(models), "KIZUNA_CHAT": "local-small", "OMP_NUM_THREADS": "1"}
    variables["KIZUNA_HOME"] = str(folder / "home")
    found = _process("ingest", str(folder / "in.jsonl"), "--json", **variables)
    assert found.returncode == 0, found.stderr.decode()
    assert json.loads(found.stdout)["added"] == {"customer": 1, "article": 2, "ticket": 1}
    return variables


@pytest.mark.models
def test_search_draft_and_mood_as_processes(desk_home: dict[str, str]) -> None:
    said = _lines(
        {"id": "1", "text": "How often should I rinse my kettle with vinegar?"}, "{", {"id": "3", "text": "返金"}
    )
    searched = _process("search", "--jsonl", said=said.encode(), **desk_home)
    drafted = _process("draft", "--jsonl", said=said.encode(), **desk_home)
    judged = _process("mood", "--jsonl", said=said.encode(), **desk_home)
    for found in (searched, drafted, judged):
        assert found.returncode == 1, found.stderr.decode()
        assert [json.loads(line)["id"] for line in found.stdout.decode().splitlines()] == ["1", "line 2", "3"]
        assert found.stderr.decode().strip() == "1 line(s) could not be answered; see their `error`."
    first, _, third = (json.loads(line) for line in searched.stdout.decode().splitlines())
    assert first["hits"][0]["source"] == "A-1"
    assert third["hits"][0]["source"] == "A-2"
    draft = json.loads(drafted.stdout.decode().splitlines()[0])
    assert set(draft) == {"id", "reply", "citations", "confidence", "abstained", "reason"}
    assert all(one["quote"] in draft["reply"] for one in draft["citations"])
    mood = json.loads(judged.stdout.decode().splitlines()[0])
    assert set(mood) == {"id", "label", "score", "dissatisfied", "at_risk", "reasons"}


@pytest.mark.models
def test_reindexing_as_a_process_keeps_every_passage(desk_home: dict[str, str]) -> None:
    found = _process("reindex", **desk_home)
    assert (found.returncode, found.stdout.decode().strip()) == (0, "4 passages are indexed.")
    db = Database.open(Path(desk_home["KIZUNA_HOME"]) / "kizuna.db")
    with db.read() as connection:
        assert tickets.get(connection, "T-1") is not None
    db.close()
