"""Settings: read from the environment alone, and a typo is never silent."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from console import settings
from ingest.errors import OperatorError


def test_defaults_need_no_variable() -> None:
    found = settings.load()
    assert (found.host, found.port, found.chat, found.offline, found.demo) == ("127.0.0.1", 8501, "local", False, False)
    assert found.home == Path("~/.kizuna").expanduser().resolve()


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "HOME": str(tmp_path / "a" / ".." / "desk"),
        "PORT": "9000",
        "OFFLINE": "true",
        "COMPANY": "青空ホーム",
        "WIDGET_ORIGINS": '["https://a.example", "https://b.example"]',
        "CHAT_KEY": "sk-secret",
    }.items():
        monkeypatch.setenv(f"KIZUNA_{name}", value)
    found = settings.load()
    assert (found.home, found.port, found.offline, found.company) == (tmp_path / "desk", 9000, True, "青空ホーム")
    assert found.widget_origins == ("https://a.example", "https://b.example")
    assert found.chat_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(found)


def test_the_option_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIZUNA_HOME", "/nowhere")
    assert settings.load(tmp_path).home == tmp_path


@pytest.mark.parametrize("name", ["KIZUNA_HOEM", "kizuna_pott", "KIZUNA_"])
def test_an_unknown_name_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(OperatorError, match=rf"Unknown setting {name}\. docs/settings\.md"):
        settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("OFFLINE", "perhaps"),
        ("WIDGET_RATE", "0"),
        ("WIDGET_ORIGINS", "https://shop.example"),
        ("WIDGET_ORIGINS", '"https://shop.example"'),
        ("ALERTS_TO", "naoko@shop.example"),
        ("ALERTS_WEBHOOK", "https://hooks.example"),
        ("ALERTS_QUIET", "22-7"),
        ("ALERTS_QUIET", "22:00-24:30"),
        ("MAIL_FROM", "help"),
        ("MAIL_FROM", "a@b.example, c@d.example"),
        ("MAIL_FROM", "Help <help@shop.example>\nBcc: x@y.example"),
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "../../etc/passwd"),
        ("URL", "desk.example"),
        ("URL", "https://desk.example/?a=b"),
        ("WATCH_CAPACITY", "0"),
        ("ALERTS_LANG", "fr"),
    ],
)
def test_a_bad_value_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"KIZUNA_{name}", value)
    with pytest.raises(OperatorError, match=f"KIZUNA_{name}"):
        settings.load()


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({}, "http://localhost:8501"),
        ({"HOST": "0.0.0.0", "PORT": "9000"}, "http://localhost:9000"),
        ({"HOST": "10.0.0.7"}, "http://10.0.0.7:8501"),
        ({"HOST": "fd00::1"}, "http://[fd00::1]:8501"),
        ({"URL": "https://desk.example/kizuna/"}, "https://desk.example/kizuna"),
    ],
)
def test_where_people_reach_the_console(monkeypatch: pytest.MonkeyPatch, told: dict[str, str], address: str) -> None:
    for name, value in told.items():
        monkeypatch.setenv(f"KIZUNA_{name}", value)
    assert settings.load().address == address


def test_a_bad_value_beside_a_secret_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIZUNA_CHAT_KEY", "sk-secret")
    monkeypatch.setenv("KIZUNA_PORT", "many")
    with pytest.raises(OperatorError) as told:
        settings.load()
    assert "sk-secret" not in str(told.value)


@pytest.mark.parametrize("name", ["HOME", "PORT", "MODELS_FROM", "WIDGET_ORIGINS"])
def test_an_empty_variable_is_no_choice(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plain = settings.load()
    monkeypatch.setenv(f"KIZUNA_{name}", "")
    assert settings.load() == plain


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings.load().port = 1
