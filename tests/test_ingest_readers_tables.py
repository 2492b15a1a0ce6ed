"""Tables of every make come in row by row: CSV in all encodings and spreadsheets with all their sheets."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import SenderError
from ingest.readers import opening
from ingest.readers.opening import File
from ingest.readers.tables import rows, spreadsheet, table
from ingest.records import Article, Customer, Item, Reject, Ticket

HEADER = ["id", "message", "created"]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def got(path: Path, **named: str) -> list[Item]:
    reader = spreadsheet if spreadsheet.claims(opening.look(File.of(path))) else table
    return list(reader.read(File.of(path), (lambda _: named) if named else None))


def tickets(path: Path, **named: str) -> list[Ticket]:
    found = got(path, **named)
    assert [item for item in found if not isinstance(item, Ticket)] == []
    return [item for item in found if isinstance(item, Ticket)]


def said(items: Sequence[Item]) -> list[str]:
    return [item.messages[0].text for item in items if isinstance(item, Ticket)]


# Text


@pytest.mark.parametrize("encoding", ["cp932", "shift_jis", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [
        ["受付番号", "お問い合わせ内容", "作成日"],
        ["7", "電源が入りません。", "2026年3月1日"],
        ["8", "返品したいです。", "2026/03/02"],
    ]
    text = "".join(separator.join(line) + "\r\n" for line in lines)
    one, two = tickets(put(tmp_path, "t.csv", text.encode(encoding)))
    assert (one.id, said([one, two])) == ("7", ["電源が入りません。", "返品したいです。"])
    assert two.created == datetime(2026, 3, 2, tzinfo=UTC)


def test_damaged_bytes_cost_their_own_row(tmp_path: Path) -> None:
    for bom in (b"", b"\xef\xbb\xbf"):
        good = "id,message\n1,電源が入りません。\n".encode()
        one, bad, two = got(put(tmp_path, "t.csv", bom + good + b"2,\xe9\x9b\xff\n" + "3,返品したい。\n".encode()))
        assert said([one, two]) == ["電源が入りません。", "返品したい。"]
        assert isinstance(bad, Reject)
        assert (bad.place, "UTF-8" in bad.reason) == ("t.csv:3", True)


def test_quoted_newlines_below_a_title(tmp_path: Path) -> None:
    lines = ["Tickets of March", "", "id,message,created", '1,"It leaks,', 'badly",2026-03-01']
    text = "\n".join([*lines, '2,"never closed,2026-03-01', "3,Fine,2026-03-02", ""])
    items = got(put(tmp_path, "t.csv", text))
    assert said(items) == ["It leaks,\nbadly", "Fine"]
    assert [(item.place, "never closed" in item.reason) for item in items if isinstance(item, Reject)] == [
        ("t.csv:6", True)
    ]


def test_excels_own_first_line_names_the_separator(tmp_path: Path) -> None:
    for first in ("sep=;", '"sep=;"', "SEP=;"):
        one, two = tickets(
            put(tmp_path, "t.csv", f"{first}\nid;message\n1;It leaks, badly, and drips, too\n2;a,b,c,d\n")
        )
        assert said([one, two]) == ["It leaks, badly, and drips, too", "a,b,c,d"]


def test_trailing_separators_and_repeated_headers(tmp_path: Path) -> None:
    one, two = tickets(put(tmp_path, "t.csv", "id,message,,\n1,It leaks,,\n2,It drips,,\n"))
    assert said([one, two]) == ["It leaks", "It drips"]
    plan = table.guess(File.of(put(tmp_path, "u.csv", "id,note,note,,text\n1,a,b,c,It leaks badly\n")))
    assert plan.columns == ("id", "note", "note (3)", "column 4", "text")


def test_a_table_without_a_header_numbers_its_columns(tmp_path: Path) -> None:
    lines = [f"{n},bo{n}@example.com,My lamp {n} flickers when I turn it on,2026-03-0{n}" for n in range(1, 5)]
    path = put(tmp_path, "t.csv", "\n".join(lines))
    plan = table.guess(File.of(path))
    assert plan.columns == ("column 1", "column 2", "column 3", "column 4")
    assert plan.rows[0] == ("1", "bo1@example.com", "My lamp 1 flickers when I turn it on", "2026-03-01")
    found = tickets(path, id="column 1", text="column 3", created="column 4")
    assert ([ticket.id for ticket in found], found[3].created) == (
        ["1", "2", "3", "4"],
        datetime(2026, 3, 4, tzinfo=UTC),
    )
    assert table.guess(File.of(put(tmp_path, "u.csv", "a,b\nx,y\n"))).columns == ("a", "b")


def test_a_line_of_twenty_five_megabytes_and_nuls(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b"id,message\n1,It \0leaks\n2,")
        file.writelines(b"x" * 1_000_000 for _ in range(25))
        file.write(b"\n3,Fine\n")
    one, bad, two = got(path)
    assert said([one, two]) == ["It leaks", "Fine"]
    assert isinstance(bad, Reject)
    assert (bad.place, "20 MB" in bad.reason) == ("t.csv:3", True)


def test_tables_without_a_suffix_are_known_by_their_lines(tmp_path: Path) -> None:
    cases = {
        "id,message\n1,It leaks": True,
        "Ticket ID\tRequest\n1\tIt leaks\n2\tIt drips": True,
        "a;b\nc;d\ne;f": True,
        "Dear Ann,\nit leaks, badly.\nBo": False,
        "Hello, Ann\nit leaks, badly\nyours, Bo": False,
        "Subject: Lamps; leaks\nDate: today\nFrom: Bo": False,
        '{"id": 1, "text": "x"}\n{"id": 2, "text": "y"}': False,
    }
    for text, expected in cases.items():
        assert table.claims(opening.look(File.of(put(tmp_path, "standard input", text)))) is expected, text
    assert table.claims(opening.look(File.of(put(tmp_path, "t.txt", "id\tmessage\n1\tIt leaks"))))
    assert not table.claims(opening.look(File.of(put(tmp_path, "t.txt", "a\tb\nc\td\ne\tf"))))


# Conversations


def test_conversations_scattered_over_the_file_come_together(tmp_path: Path) -> None:
    lines = ["conversation_id,sender,message,timestamp"]
    lines += [
        f"{n % 50},{'agent' if n >= 50 else 'customer'},Words {n},2026-03-01 10:{n // 50:02d}" for n in range(150)
    ]
    lines.insert(60, "7,customer,,2026-03-01 10:00")
    lines.insert(90, "7,customer,Words,soon")
    items = got(put(tmp_path, "t.csv", "\n".join(lines)))
    bad, talks = (
        [item for item in items if isinstance(item, Reject)],
        [item for item in items if isinstance(item, Ticket)],
    )
    assert [(item.place, item.reason.split(".")[0][:22]) for item in bad] == [
        ("t.csv:61", "This message is empty"), ("t.csv:91", "This row cannot be rea")
    ]  # fmt: skip
    assert [talk.id for talk in talks] == [str(n) for n in range(50)]
    assert [message.text for message in talks[7].messages] == ["Words 7", "Words 57", "Words 107"]
    assert [message.direction for message in talks[7].messages] == ["incoming", "outgoing", "outgoing"]


def test_conversations_newest_first_begin_with_the_customer(tmp_path: Path) -> None:
    text = "conversation_id,sender,message,timestamp\n9,Ann,Close it,2026-03-01 10:05\n9,Bo,It leaks,2026-03-01 10:00\n"
    (talk,) = tickets(put(tmp_path, "t.csv", text))
    assert [(message.direction, message.author or message.text) for message in talk.messages] == [
        ("incoming", "It leaks"), ("outgoing", "Close it")
    ]  # fmt: skip
    assert talk.created == datetime(2026, 3, 1, 10, tzinfo=UTC)
    untimed = "conversation_id,sender,message\n9,Bo,It leaks\n9,Ann,Close it\n9,Bo,Thanks\n"
    (talk,) = tickets(put(tmp_path, "u.csv", untimed))
    assert [message.text for message in talk.messages] == ["It leaks", "Close it", "Thanks"]


def test_a_column_of_speakers_makes_a_table_one_conversation(tmp_path: Path) -> None:
    turns = ["operator_1\tお電話ありがとうございます。", "customer_1\t電源が入りません。", "operator_1\tお調べします。"]
    (talk,) = tickets(put(tmp_path, "call.tsv", "\n".join(turns)))
    assert [(message.direction, message.text) for message in talk.messages] == [
        ("outgoing", "お電話ありがとうございます。"), ("incoming", "電源が入りません。"), ("outgoing", "お調べします。")
    ]  # fmt: skip
    text = "who,words\nCustomer,It leaks\nAgent,Close it\n"
    (talk,) = tickets(put(tmp_path, "chat.csv", text))
    assert [message.direction for message in talk.messages] == ["incoming", "outgoing"]
    several = "ticket id,who,words\n1,Customer,It leaks\n1,Agent,Close it\n2,Customer,It drips\n"
    assert [len(talk.messages) for talk in tickets(put(tmp_path, "chats.csv", several))] == [2, 1]


def test_rows_with_the_same_id_are_one_ticket(tmp_path: Path) -> None:
    lines = ["7,0,Good evening", "7,1,My lamp leaks light", "8,0,It drips", "8,1,Still", "8,2,Thanks"]
    text = "\n".join(["conversationId,turn,utterance", *lines])
    seven, eight = tickets(put(tmp_path, "t.csv", text))
    assert [message.text for message in seven.messages] == ["Good evening", "My lamp leaks light"]
    assert {message.direction for message in eight.messages} == {"incoming"}


# Spreadsheets


def book(folder: Path, sheets: dict[str, list[list[Any]]], name: str = "book.xlsx", hidden: str = "") -> Path:
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.active)
    for title, lines in sheets.items():
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(line)
        if title == hidden:
            sheet.sheet_state = "hidden"
    if not sheets:
        made.create_sheet("Empty")
    made.save(folder / name)
    return folder / name


def test_every_sheet_is_a_table_of_its_own(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "チケット": [
                ["受付番号", "内容", "受付日"],
                [7, "電源が入りません。", datetime(2026, 3, 1, 9, 30)],
                [8, None, "soon"],
            ],
            "FAQ": [["Question", "Answer"], ["Is it free?", "With Plus it is."]],
            "Customers": [["Customer ID", "Email", "Plan"], ["c1", "bo@example.com", "Pro"]],
            "Empty": [],
        },
        hidden="FAQ",
    )
    assert spreadsheet.claims(opening.look(File.of(path)))
    ticket, bad, article, customer = got(path)
    assert isinstance(ticket, Ticket)
    assert (ticket.id, said([ticket]), ticket.created) == (
        "7", ["電源が入りません。"], datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    )  # fmt: skip
    assert isinstance(bad, Reject)
    assert (bad.place, bad.raw) == ("book.xlsx/チケット:3", "8,,soon")
    assert isinstance(article, Article)
    assert (article.title, article.text) == ("Is it free?", "With Plus it is.")
    assert customer == Customer("c1", email="bo@example.com", plan="Pro")


def test_cells_are_as_people_see_them(tmp_path: Path) -> None:
    values = [
        5.0,
        0.1 + 0.2,
        12_345_678_901,
        True,
        date(2026, 3, 1),
        datetime(2026, 3, 1, 9, 30, 15),
        time(9, 30),
        "=1+1",
        "#N/A",
    ]
    path = book(tmp_path, {"S": [["id", "text", *"abcdefg"], *([["1", "x", *values[2:]], ["2", "y", *values[:2]]])]})
    from openpyxl import load_workbook

    made = load_workbook(path)
    made["S"]["A3"].value, made["S"]["A3"].number_format = 42, "00000"
    made["S"]["B3"].value, made["S"]["B3"].data_type = "=the words begin with a sign", "s"
    made.save(path)
    with spreadsheet._opened(File.of(path)) as opened:
        place = File.of(path)
        cells = [row.cells for row in spreadsheet._rows(place, opened["S"]) if isinstance(row, rows.Row)]
    assert cells[1] == ["1", "x", "12345678901", "TRUE", "2026-03-01", "2026-03-01 09:30:15", "09:30:00", "", ""]
    assert cells[2][:4] == ["00042", "=the words begin with a sign", "5", "0.3"]


def test_formulas_give_the_value_that_was_saved(tmp_path: Path) -> None:
    path = book(tmp_path, {"S": [HEADER, [1, "=A2&B1", None]]})
    assert "missing" in next(item.reason for item in got(path) if isinstance(item, Reject))
    held = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(held) as before, zipfile.ZipFile(path, "w") as after:
        for info in before.infolist():
            data = before.read(info).replace(b"<f>A2&amp;B1</f><v></v>", b"<f>A2&amp;B1</f><v>It leaks</v>")
            after.writestr(info.filename, data.replace(b'<c r="B2"', b'<c r="B2" t="str"'))
    assert said(tickets(path)) == ["It leaks"]


def test_titles_merged_cells_and_empty_edges_are_tolerated(tmp_path: Path) -> None:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    sheet["C3"] = "Tickets of March"
    sheet.merge_cells("C3:F3")
    for column, value in zip("CDE", HEADER, strict=True):
        sheet[f"{column}5"] = value
    for column, value in zip("CDEF", ["1", "It leaks", date(2026, 3, 1), "a remark"], strict=True):
        sheet[f"{column}7"] = value
    made.save(tmp_path / "b.xlsx")
    (ticket,) = tickets(tmp_path / "b.xlsx")
    assert (ticket.id, said([ticket])) == ("1", ["It leaks"])
    assert spreadsheet.guess(File.of(tmp_path / "b.xlsx")).columns == ("column 1", "column 2", *HEADER, "column 6")


def test_a_person_names_the_columns_of_the_sheet_that_has_them(tmp_path: Path) -> None:
    path = book(tmp_path, {"A": [["a", "b"], ["1", "My lamp flickers"]], "B": [HEADER, ["2", "It leaks", None]]})
    found = got(path, id="a", text="b")
    assert said(found) == ["My lamp flickers", "It leaks"]
    assert spreadsheet.guess(File.of(path)).columns == tuple(HEADER)
    assert spreadsheet.guess(File.of(path), lambda _: {"text": "b"}).fields["text"] == "b"
    with pytest.raises(SenderError, match="no column 'z'"):
        got(path, text="z")
    with pytest.raises(SenderError, match="no column 'z'"):
        spreadsheet.guess(File.of(path), lambda _: {"text": "z"})


def test_sheets_that_are_no_table_say_so(tmp_path: Path) -> None:
    path = book(
        tmp_path, {"Notes": [["x", "y"], ["1", "2"]], "T": [HEADER, ["2", "It leaks", None]], "W": [["id"] * 600]}
    )
    bad, ticket, wide = got(path)
    assert isinstance(bad, Reject)
    assert (bad.place, "text = column" in bad.reason) == ("book.xlsx/Notes", True)
    assert said([ticket]) == ["It leaks"]
    assert isinstance(wide, Reject)
    assert (wide.place, "600 columns" in wide.reason) == ("book.xlsx/W", True)
    (empty,) = got(book(tmp_path, {}, "empty.xlsx"))
    assert isinstance(empty, Reject)
    assert "No sheet" in empty.reason


def test_ids_of_like_rows_in_two_books_differ(tmp_path: Path) -> None:
    lines = [["message", "created"], ["It leaks", None]]
    one, two = (tickets(book(tmp_path, {"Sheet1": lines}, name))[0] for name in ("a.xlsx", "b.xlsx"))
    assert one.id != two.id
    assert one.id == tickets(tmp_path / "a.xlsx")[0].id


def altered(path: Path, part: str, old: bytes, new: bytes, name: str) -> Path:
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(path.with_name(name), "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            data = before.read(info)
            assert info.filename != part or old in data
            after.writestr(info.filename, data.replace(old, new, 1) if info.filename == part else data)
    return path.with_name(name)


def test_spreadsheets_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    good = book(tmp_path, {"S": [HEADER, ["1", "It leaks", None]]})
    data, sheet = good.read_bytes(), "xl/worksheets/sheet1.xml"
    zeros = altered(good, sheet, b"</sheetData>", b"</sheetData>" + b" " * 30_000_000, "bomb.xlsx")
    entity = altered(good, sheet, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', "entity.xlsx")
    cases = {
        put(tmp_path, "a.xlsx", old + "EncryptedPackage".encode("utf-16-le")): "protected by a password",
        put(tmp_path, "a.xls", old + "Workbook".encode("utf-16-le")): "save it as .xlsx",
        put(tmp_path, "b.xlsx", data[: len(data) // 2]): "damaged",
        put(tmp_path, "c.ods", data): "save it as .xlsx",
        zeros: "far too large",
        entity: "declarations",
    }
    for path, reason in cases.items():
        assert spreadsheet.claims(opening.look(File.of(path)))
        with pytest.raises(SenderError, match=f"(?i){reason}"):
            got(path)
        with pytest.raises(SenderError, match=f"(?i){reason}"):
            spreadsheet.guess(File.of(path))
    assert not spreadsheet.claims(opening.look(File.of(put(tmp_path, "t.xls", "id\tmessage\n1\tIt leaks\n"))))


def test_a_sheet_that_breaks_off_keeps_the_rows_before(tmp_path: Path) -> None:
    good = book(tmp_path, {"S": [HEADER, ["1", "It leaks", None], ["2", "It drips", None]]})
    broken = altered(good, "xl/worksheets/sheet1.xml", b'<row r="3"', b"<row r=", "broken.xlsx")
    items = got(broken)
    assert isinstance(items[-1], Reject)
    assert (items[-1].place, "from here on" in items[-1].reason) == ("broken.xlsx/S:3", True)
    far = altered(good, "xl/worksheets/sheet1.xml", b'<row r="3"', b'<row r="999999999"', "far.xlsx")
    assert said(got(far)) == ["It leaks"]


def test_a_sheet_may_lie_about_its_size(tmp_path: Path) -> None:
    good = book(tmp_path, {"S": [HEADER, ["1", "It leaks", None]]})
    liar = altered(good, "xl/worksheets/sheet1.xml", b'ref="A1:C2"', b'ref="A1:XFD1048576"', "liar.xlsx")
    assert said(tickets(liar)) == ["It leaks"]


def test_rows_of_text_and_of_a_spreadsheet_become_the_same(tmp_path: Path) -> None:
    lines = [["Ticket ID", "Request", "Reply", "Status", "Tags"], ["T1", "It leaks", "Close it", "Solved", "tap,sink"]]
    held = io.StringIO()
    csv.writer(held).writerows(lines)
    assert tickets(put(tmp_path, "t.csv", held.getvalue())) == tickets(book(tmp_path, {"S": lines}))
