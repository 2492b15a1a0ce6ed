"""Word, PDF and web pages come in as one article each, with headings, lists, tables and pages that can be cited."""

import io
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ingest import passages
from ingest.errors import OperatorError, SenderError
from ingest.readers import opening
from ingest.readers.documents import html, layout, markdown, numbering, pdf, word
from ingest.readers.documents.printed import Cell, Line
from ingest.readers.opening import File
from ingest.records import Article, Reject


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(reader: ModuleType, path: Path) -> Article:
    (one,) = reader.read(File.of(path), None)
    assert isinstance(one, Article)
    return one


def claimed(reader: ModuleType, path: Path) -> bool:
    return bool(reader.claims(opening.look(File.of(path))))


# Word


def docx(folder: Path, write: Callable[[Any], None], name: str = "guide.docx") -> Path:
    from docx import Document

    document = Document()
    document.core_properties.title = ""
    document.core_properties.modified = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    write(document)
    document.save(str(folder / name))
    return folder / name


def spliced(path: Path, part: str, old: str, new: str) -> Path:
    """The same package with one text of one part changed, as Word itself would have written it."""
    held = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(held) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            data = before.read(info)
            if info.filename == part:
                assert old in data.decode()
                data = data.decode().replace(old, new, 1).encode()
            after.writestr(info.filename, data)
    return path


def test_word_headings_lists_tables_and_links(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.core_properties.title = "Returns guide"
        document.add_heading("Returns", 1)
        document.add_paragraph("Lamps can be sent back within 30 days.")
        document.add_heading("How to pack", 2)
        document.add_paragraph("Use the box.", style="List Bullet")
        document.add_paragraph("Add the slip.", style="List Bullet")
        document.add_paragraph("Close it.", style="List Number")
        document.add_paragraph("Send it.", style="List Number")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ["Plan", "Fee", "Basic", "500 | yen"], strict=True):
            cell.text = text
        document.sections[0].header.paragraphs[0].text = "Confidential"
        document.sections[0].footer.paragraphs[0].text = "Page 1"

    path = docx(tmp_path, write)
    assert claimed(word, path)
    article = only(word, path)
    assert (article.title, article.updated) == ("Returns guide", datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    assert article.text == (
        "## Returns\n\nLamps can be sent back within 30 days.\n\n### How to pack\n\n"
        "- Use the box.\n- Add the slip.\n1. Close it.\n2. Send it.\n\n"
        "| Plan | Fee |\n| --- | --- |\n| Basic | 500 \\| yen |"
    )


def test_word_tracked_deletions_hidden_text_and_footnotes(tmp_path: Path) -> None:
    path = docx(tmp_path, lambda document: document.add_paragraph("Refunds take MARK days.") and None)
    runs = (
        'Refunds take </w:t></w:r><w:del w:id="1" w:author="A"><w:r><w:delText>ten</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="A"><w:r><w:t>five</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret'
        '</w:t></w:r><w:hyperlink w:anchor="x"><w:r><w:t xml:space="preserve"> working</w:t></w:r></w:hyperlink><w:r>'
        '<w:instrText>PAGEREF x</w:instrText></w:r><w:r><w:t xml:space="preserve"> days.'
    )
    article = only(word, spliced(path, "word/document.xml", "Refunds take MARK days.", runs))
    assert article.text == "Refunds take five working days."


def test_word_custom_styles_upon_headings_and_outline_levels(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        own = document.styles.add_style("Firmenkapitel", 1)
        own.base_style = document.styles["Heading 2"]
        document.add_paragraph("Handbook", style="Title")
        document.add_heading("Lamps", 1)
        document.add_paragraph("Cleaning", style="Firmenkapitel")
        document.add_paragraph("Wipe it.")
        document.add_paragraph("OUTLINE")
        document.add_paragraph("Only glass.")

    path = docx(tmp_path, write)
    outline = '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>OUTLINE'
    article = only(word, spliced(path, "word/document.xml", "<w:p><w:r><w:t>OUTLINE", outline))
    assert article.title == "Handbook"
    assert article.text == "## Lamps\n\n### Cleaning\n\nWipe it.\n\n#### OUTLINE\n\nOnly glass."


def test_word_japanese_rules_without_heading_styles(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.add_paragraph("あおぞらホーム返品規約")
        lines = [
            "第1章 総則", "（目的）", "第1条　この規約は、返品の条件を定めます。",
            "第2条（返品の期間） お届けから30日以内です。", "（1）未開封のもの",
            "第2条の規定にかかわらず、不良品はお受けします。", "附則", "2026年4月1日から施行します。",
        ]  # fmt: skip
        for line in lines:
            document.add_paragraph(line)

    article = only(word, docx(tmp_path, write))
    assert article.title == "あおぞらホーム返品規約"
    assert article.text == (
        "## 第1章 総則\n\n### 第1条（目的）\n\nこの規約は、返品の条件を定めます。\n\n"
        "### 第2条（返品の期間）\n\nお届けから30日以内です。\n\n（1）未開封のもの\n\n"
        "第2条の規定にかかわらず、不良品はお受けします。\n\n## 附則\n\n2026年4月1日から施行します。"
    )


def test_word_bold_lines_are_headings_where_there_are_no_styles(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.add_paragraph("Warranty")
        for text, bold in (
            ("What is covered", True),
            ("Bulbs for two years.", False),
            ("This is bold, but a sentence.", True),
        ):
            document.add_paragraph().add_run(text).bold = bold

    article = only(word, docx(tmp_path, write))
    assert (article.title, article.text) == (
        "Warranty", "## What is covered\n\nBulbs for two years.\n\nThis is bold, but a sentence."
    )  # fmt: skip


def test_word_numbers_headings_as_word_shows_them() -> None:
    levels = {
        ("7", 0): numbering.Level("japaneseCounting", "第%1章"),
        ("7", 1): numbering.Level("decimal", "第%2条"),
        ("7", 2): numbering.Level("decimalEnclosedCircle", "%3"),
        ("8", 0): numbering.Level("bullet", "\uf0b7"),
        ("9", 0): numbering.Level("decimal", "%1"),
        ("9", 1): numbering.Level("lowerRoman", "%1.%2"),
    }
    lists = numbering.Numbering({"1": "7", "2": "8", "3": "9", "4": "9"}, levels, {"4": {0: 5}})
    steps = [
        ("1", 0),
        ("1", 1),
        ("1", 1),
        ("1", 2),
        ("1", 0),
        ("1", 1),
        ("2", 0),
        ("3", 0),
        ("3", 1),
        ("3", 1),
        ("4", 0),
    ]
    shown = ["第一章", "第1条", "第2条", "①", "第二章", "第1条", "-", "1", "1.i", "1.ii", "5"]
    assert [lists.label(number, depth) for number, depth in steps] == shown
    assert lists.label("none", 0) == ""
    assert [numbering.written(n, "japaneseCounting") for n in (10, 11, 23, 105, 340)] == [
        "十",
        "十一",
        "二十三",
        "百五",
        "三百四十",
    ]


def test_word_repeats_merged_cells_and_reads_frames_as_text(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        frame = document.add_table(rows=1, cols=1)
        frame.cell(0, 0).text = "Please note."
        table = document.add_table(rows=3, cols=2)
        for (row, column), text in {
            (0, 0): "Plan",
            (0, 1): "Days",
            (1, 0): "Basic",
            (1, 1): "10",
            (2, 1): "20",
        }.items():
            table.cell(row, column).text = text
        table.cell(1, 0).merge(table.cell(2, 0))

    article = only(word, docx(tmp_path, write))
    assert article.text.startswith("Please note.\n\n| Plan | Days |")
    assert article.text.endswith("| Basic | 10 |\n| Basic | 20 |")


def test_word_files_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    good = docx(tmp_path, lambda document: document.add_paragraph("Words.") and None).read_bytes()
    hostile = docx(tmp_path, lambda document: document.add_paragraph("Words.") and None, "hostile.docx")
    spliced(hostile, "word/document.xml", "<w:document ", '<!DOCTYPE x [<!ENTITY a "b">]><w:document ')
    cases = {
        "a.docx": (old + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        "a.doc": (old + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        "b.docx": (good[: len(good) // 2], "damaged"),
        "c.docx": (good[:200] + bytes(500) + good[700:], "damaged"),
        "d.odt": (good, "save it as .docx"),
        "e.docx": (hostile.read_bytes(), "declarations"),
        "f.docx": (docx(tmp_path, lambda document: None, "empty.docx").read_bytes(), "no text"),
    }
    for name, (content, reason) in cases.items():
        path = put(tmp_path, name, content)
        assert claimed(word, path), name
        with pytest.raises(SenderError, match=f"(?i){reason}"):
            list(word.read(File.of(path), None))
    assert not claimed(word, put(tmp_path, "notes.doc", "Just text, whatever its name says."))


def test_word_survives_mutations(tmp_path: Path) -> None:
    good = docx(tmp_path, lambda document: document.add_heading("Lamps", 1) and None).read_bytes()
    held = zipfile.ZipFile(io.BytesIO(good))
    seed = random.Random(5)
    for _ in range(60):
        body = bytearray(held.read("word/document.xml"))
        for _ in range(seed.choice([1, 3, 30])):
            body[seed.randrange(len(body))] = seed.randrange(32, 127)
        path = tmp_path / "m.docx"
        with zipfile.ZipFile(path, "w") as out:
            for info in held.infolist():
                out.writestr(info.filename, bytes(body) if info.filename == "word/document.xml" else held.read(info))
        try:
            items = list(word.read(File.of(path), None))
        except SenderError as error:
            assert str(error).endswith(".")  # noqa: PT017
        else:
            assert all(isinstance(item, Article) for item in items)


# PDF


class Manual:
    """A manual: cover, contents, and chapters of four sections with lists and tables; heads and feet on each page."""

    def __init__(self, *, japanese: bool = False, outline: bool = True) -> None:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont

        self.japanese, self.outline = japanese, outline
        self.name = "あおぞらホーム取扱説明書" if japanese else "Aozora Home Lamp Manual"
        self.font = "HeiseiKakuGo-W5" if japanese else "Helvetica"
        if japanese:
            pdfmetrics.registerFont(UnicodeCIDFont(self.font))
        bold = self.font if japanese else "Helvetica-Bold"
        wrap = "CJK" if japanese else None
        self.title = ParagraphStyle("title", fontName=bold, fontSize=26, leading=30, spaceAfter=200, wordWrap=wrap)
        self.chapter = ParagraphStyle("chapter", fontName=bold, fontSize=18, leading=22, spaceAfter=10, wordWrap=wrap)
        self.section = ParagraphStyle("section", fontName=bold, fontSize=13, leading=16, spaceAfter=6, wordWrap=wrap)
        self.body = ParagraphStyle("body", fontName=self.font, fontSize=10, leading=14, spaceAfter=6, wordWrap=wrap)

    def save(self, path: Path, chapters: int) -> Path:
        from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

        manual = self

        class Template(SimpleDocTemplate):  # type: ignore[misc]
            def afterFlowable(self, flowable: Any) -> None:
                style = getattr(flowable, "style", None)
                if manual.outline and style in (manual.chapter, manual.section):
                    key = f"k{id(flowable)}"
                    self.canv.bookmarkPage(key)
                    self.canv.addOutlineEntry(flowable.getPlainText(), key, int(style is manual.section), 0)

        story = [
            Paragraph(self.name, self.title),
            PageBreak(),
            Paragraph("目次" if self.japanese else "Contents", self.chapter),
        ]
        story += [Paragraph(f"{self.heading(n)} {'. ' * 30}{n * 3}", self.body) for n in range(1, chapters + 1)]
        for n in range(1, chapters + 1):
            story += [PageBreak(), Paragraph(self.heading(n), self.chapter), *self.sections(n)]
        Template(str(path), topMargin=60, bottomMargin=60).build(story, onFirstPage=self.edges, onLaterPages=self.edges)
        return path

    def heading(self, n: int) -> str:
        return f"第{n}章 照明の種類{n}" if self.japanese else f"{n} Lamps of kind {n}"

    def sections(self, n: int) -> list[Any]:
        from reportlab.platypus import ListFlowable, ListItem, Paragraph, Table

        steps = ["箱に入れる。", "送り状を貼る。"] if self.japanese else ["Put it into the box.", "Print the label."]
        out: list[Any] = []
        for m in range(1, 5):
            out.append(Paragraph(f"{n}.{m} {'返金の手順' if self.japanese else 'Refunds'}", self.section))
            out += [Paragraph(self.words(n, m, k), self.body) for k in range(4)]
            out.append(ListFlowable([ListItem(Paragraph(step, self.body)) for step in steps], bulletType="bullet"))
            out.append(Table([["Plan", "Days", "Fee"], ["Basic", str(n), "500"], ["Plus", "30", "0"]]))
        return out

    def words(self, n: int, m: int, k: int) -> str:
        if self.japanese:
            return (
                f"商品{n}-{m}-{k}の返品は、お届けから{k + 10}日以内にお申し込みください。返金は、商品の到着を確認"
                "してから五営業日以内に行います。開封した商品についてはお受けできない場合があります。"
            ) * 2
        return (
            f"Lamp {n}-{m}-{k} can be sent back within {k + 10} days after it was delivered to you. The refund is paid"
            " to the card that was used for the order, as soon as our warehouse has looked the parcel over. "
        ) * 3

    def edges(self, canvas: Any, template: Any) -> None:
        canvas.setFont(self.font, 8)
        canvas.drawString(60, 820, self.name)
        canvas.drawCentredString(297, 20, f"- {template.page} -" if self.japanese else f"Page {template.page}")


def page_of(text: str, at: int) -> int:
    """The page that the last mark before `at` names."""
    return int(re.findall(r"<!-- page (\d+) -->", text[:at])[-1])


@pytest.mark.parametrize(("outline", "chapters"), [(True, 100), (False, 20)], ids=["outline", "no outline"])
def test_pdf_manual_in_english(tmp_path: Path, outline: bool, chapters: int) -> None:
    path = Manual(outline=outline).save(tmp_path / "lamp manual.pdf", chapters)
    assert claimed(pdf, path)
    article = only(pdf, path)
    assert article.title == "Aozora Home Lamp Manual"
    each = range(1, chapters + 1)
    assert re.findall(r"(?m)^## (.*)", article.text) == [f"{n} Lamps of kind {n}" for n in each]
    assert re.findall(r"(?m)^### (.*)", article.text) == [f"{n}.{m} Refunds" for n in each for m in range(1, 5)]
    assert "Aozora Home" not in article.text
    assert not re.search(r"Page \d|Contents|\. \. \.", article.text)
    assert page_of(article.text, article.text.index(f"Lamp {chapters}-4-3")) >= chapters * 2
    told = f"### 11.2 Refunds\n\n{Manual().words(11, 2, 0).strip()}\n\n"
    assert told in re.sub(r"<!-- page \d+ -->\n\n", "", article.text)
    table = "| Plan | Days | Fee |\n| --- | --- | --- |\n| Basic | 11 | 500 |"
    assert f"- Put it into the box.\n- Print the label.\n\n{table}" in article.text


def test_pdf_manual_in_japanese(tmp_path: Path) -> None:
    article = only(pdf, Manual(japanese=True, outline=False).save(tmp_path / "manual.pdf", 12))
    assert article.title == "あおぞらホーム取扱説明書"
    assert re.findall(r"(?m)^## (.*)", article.text) == [f"第{n}章 照明の種類{n}" for n in range(1, 13)]
    assert article.text.count("\n### ") == 48
    assert Manual(japanese=True).words(7, 3, 2) in article.text
    assert not re.search(r"- \d+ -|目次|取扱説明書", article.text)
    assert "- 箱に入れる。\n- 送り状を貼る。" in article.text


def test_pdf_sections_are_the_headings_from_the_outside_in(tmp_path: Path) -> None:
    article = only(pdf, Manual().save(tmp_path / "manual.pdf", 4))
    pieces = passages.split(article, lambda text: len(text.split()))
    found = next(piece for piece in pieces if "Lamp 3-2-1 " in piece.text)
    assert found.section.startswith("3 Lamps of kind 3 > 3.2 Refunds")


def page(*texts: tuple[str, float, float, float], number: int = 1) -> list[Line]:
    """Lines of one page: (text, left, low, size)."""
    return [
        Line(text, number, left, left + len(text) * size / 2, low, size, False, low / 800)
        for text, left, low, size in texts
    ]


def test_pdf_lines_joined_across_hyphens_columns_and_pages() -> None:
    long = "The warehouse looks every parcel over and pays the re-"
    first = page(
        ("Returns", 50, 600, 20), (long, 50, 570, 10), ("fund to the card that was used, by a self-", 50, 556, 10),
        ("service machine. A self-service machine never sleeps at", 50, 542, 10),
        ("night and is there for everyone on all days of the year", 300, 570, 10), ("but one.", 300, 556, 10),
    )  # fmt: skip
    second = page(
        ("Cards that are no longer valid are replaced by the b-", 50, 700, 10), ("ank.", 50, 686, 10), number=2
    )
    text = layout.markdown([*first, *second]).text
    assert text == (
        "<!-- page 1 -->\n\nThe warehouse looks every parcel over and pays the refund to the card that was used, by a"
        " self-service machine. A self-service machine never sleeps at night and is there for everyone on all days of"
        " the year but one.\n\n<!-- page 2 -->\n\nCards that are no longer valid are replaced by the bank."
    )


def test_pdf_words_that_a_line_end_parts_are_joined(tmp_path: Path) -> None:
    lines = [
        "The warehouse looks over all the infor-", "mation that came with the self-", "service form, and pays the re-",
        "fund. Then it is over, once and", "for all. A self-service form is free. We are open Mon-",
        "Fri, and at week-ends.",
    ]  # fmt: skip

    def draw(canvas: Any) -> None:
        for index, line in enumerate(lines):
            canvas.drawString(50, 700 - 14 * index, line)

    assert only(pdf, drawn(tmp_path / "a.pdf", [draw])).text == (
        "The warehouse looks over all the information that came with the self-service form, and pays the refund. Then"
        " it is over, once and for all. A self-service form is free. We are open Mon-Fri, and at week-ends."
    )


def test_pdf_running_heads_go_and_like_words_in_the_text_stay() -> None:
    pages = [
        page(
            ("Returns", 50, 780, 8), ("All lamps are checked before they leave us.", 50, 740, 10),
            (f"Lamp {number} is checked again.", 50, 726, 10), ("That takes a day or two.", 50, 712, 10),
            ("Then it is packed.", 50, 698, 10), (f"{number + 4}", 300, 20, 8), number=number,
        )
        for number in range(1, 6)
    ]  # fmt: skip
    text = layout.markdown([line for one in pages for line in one]).text
    assert text.count("All lamps are checked before they leave us.") == 5
    assert "Returns" not in text
    assert [line for line in text.split("\n") if line.isdigit()] == []


def test_pdf_rows_that_stand_below_each_other_are_a_table() -> None:
    def row(low: float, *cells: tuple[str, float]) -> Line:
        parts = tuple(Cell(text, left) for text, left in cells)
        return Line(" ".join(cell.text for cell in parts), 1, parts[0].left, 300, low, 10, False, low / 800, parts)

    lines = [
        *page(("Fees are as follows:", 50, 700, 10)),
        row(680, ("Plan", 50), ("Fee", 200)),
        row(666, ("Basic", 50), ("500 | yen", 205)),
        *page(("They include the tax.", 50, 640, 10)),
        row(620, ("A wide gap", 50), ("in one line is no table.", 200)),
    ]
    assert layout.markdown(lines).text == (
        "Fees are as follows:\n\n| Plan | Fee |\n| --- | --- |\n| Basic | 500 \\| yen |\n\nThey include the tax.\n\n"
        "A wide gap in one line is no table."
    )


def drawn(path: Path, pages: list[Callable[[Any], None]], **options: Any) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def picture(canvas: Any) -> None:
    from reportlab.lib.utils import ImageReader

    grey = b"P5 4 4 255 " + bytes(range(0, 160, 10))
    canvas.drawImage(ImageReader(io.BytesIO(grey)), 50, 50, 400, 600)


def test_pdf_scans_are_rejected_with_what_to_do(tmp_path: Path) -> None:
    scan = drawn(tmp_path / "scan.pdf", [picture, picture])
    with pytest.raises(SenderError, match="OCR"):
        list(pdf.read(File.of(scan), None))

    def words(canvas: Any) -> None:
        canvas.drawString(50, 700, "Lamps can be sent back within thirty days.")

    bad, article = pdf.read(File.of(drawn(tmp_path / "mixed.pdf", [words, picture, picture, words, picture])), None)
    assert isinstance(bad, Reject)
    assert (bad.place, "OCR" in bad.reason) == ("mixed.pdf:pages 2-3, 5", True)
    assert isinstance(article, Article)
    assert "thirty days" in article.text


def test_pdf_files_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    def words(canvas: Any) -> None:
        canvas.drawString(50, 700, "Lamps can be sent back within thirty days.")

    secret = drawn(tmp_path / "secret.pdf", [words], encrypt=StandardEncryption("open sesame"))
    good = drawn(tmp_path / "good.pdf", [words])
    cases = {
        secret: "protected by a password",
        put(tmp_path, "cut.pdf", good.read_bytes()[:300]): "damaged",
        put(tmp_path, "no.pdf", b"%PDF-1.7 nothing else"): "damaged",
        drawn(tmp_path / "empty.pdf", [lambda canvas: None]): "no text",
    }
    for path, reason in cases.items():
        assert claimed(pdf, path)
        with pytest.raises(SenderError, match=reason):
            list(pdf.read(File.of(path), None))
    assert not claimed(pdf, put(tmp_path, "a.json", '{"text": "%PDF-1.7 is what a PDF begins with"}'))


def test_pdf_bounds_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drawn(tmp_path / "a.pdf", [lambda canvas: canvas.drawString(50, 700, "Words of one page.")] * 3)
    bounds = {"_PAGES": (2, "pages"), "_LETTERS": (10, "letters"), "_SECONDS": (-1.0, "seconds"), "_BYTES": (5, "MB")}
    for name, (value, reason) in bounds.items():
        with monkeypatch.context() as patch:
            patch.setattr(pdf, name, value)
            with pytest.raises(SenderError, match=reason):
                list(pdf.read(File.of(path), None))


def test_pdf_survives_mutations(tmp_path: Path) -> None:
    good = Manual().save(tmp_path / "good.pdf", 1).read_bytes()
    seed = random.Random(7)
    for _ in range(60):
        data = bytearray(good[: seed.choice([len(good), seed.randrange(len(good))])])
        for _ in range(seed.choice([1, 10, 200])):
            data[seed.randrange(len(data))] = seed.randrange(256)
        try:
            items = list(pdf.read(File.of(put(tmp_path, "m.pdf", bytes(data))), None))
        except SenderError as error:
            assert str(error).endswith(".")  # noqa: PT017
        else:
            assert all(isinstance(item, Article | Reject) for item in items)


def endless(path: Path, pages: int = 300) -> Path:
    """A few kilobytes that keep pdfium busy: one page, held `pages` times, of the same words again and again."""
    body = b"BT /F 1 Tf 1 0 0 1 10 10 Tm " + b"(lamps and more lamps to be sent back) Tj " * 10_000 + b"ET"
    packed = zlib.compress(zlib.compress(body, 9), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b"3 0 R " * pages + b"]/Count %d>>" % pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data = b"%PDF-1.7\n"
    for number, one in enumerate(objects, 1):
        data += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    path.write_bytes(data + b"trailer <</Size 6/Root 1 0 R>>\n%%EOF")
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started from here on."""
    kept: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            kept.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    return kept


@pytest.mark.parametrize(
    ("pages", "bound", "value", "reason"),
    [
        (300, "_SECONDS", 0.4, "seconds"),
        (300, "_PROCESSOR", {"opening": 1, "a_page": 0.0, "seconds": 1}, "too much time or memory"),
        pytest.param(
            *(1, "_MEMORY", 30_000_000, "too much time or memory"),
            marks=pytest.mark.skipif(sys.platform == "darwin", reason="there memory is watched, not bounded at once"),
        ),
    ],
)
def test_pdf_that_takes_too_much_costs_only_its_own_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[Any], pages: int, bound: str, value: Any, reason: str
) -> None:
    path = endless(tmp_path / "endless.pdf", pages)
    assert path.stat().st_size < 4_000
    monkeypatch.setattr(pdf, bound, value)
    with pytest.raises(SenderError, match=reason):
        list(pdf.read(File.of(path), None))
    (child,) = started
    assert child.returncode
    with pytest.raises(ProcessLookupError):  # not even a zombie is left
        os.kill(child.pid, 0)
    assert os.listdir(tmp_path) == ["endless.pdf"]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_pdf_process_ends_with_the_one_that_waits(tmp_path: Path, ending: signal.Signals) -> None:
    script = (
        "import signal, subprocess, sys\nfrom pathlib import Path\nfrom ingest.readers.documents import pdf\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background may start without it
        "from ingest.readers.opening import File\nstart = subprocess.Popen.__init__\n"
        "def told(self, *args, **options):\n    start(self, *args, **options)\n    print(self.pid, flush=True)\n"
        "subprocess.Popen.__init__ = told\nlist(pdf.read(File.of(Path(sys.argv[1])), None))\n"
    )
    path = endless(tmp_path / "endless.pdf")
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.send_signal(ending)
        assert parent.wait(60) != 0
    end = time.monotonic() + 5
    while _is_running(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _is_running(child)


def _is_running(pid: int) -> bool:
    """Whether the process still does anything; an orphan that ended may wait for the system to fetch it."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_pdf_is_read_without_streams_from_many_threads_and_by_any_name(tmp_path: Path) -> None:
    path = drawn(tmp_path / "返品 'a'\n.pdf", [lambda canvas: canvas.drawString(50, 700, "Words of just one page.")])
    script = (
        "import os, sys\nfrom concurrent.futures import ThreadPoolExecutor\nfrom pathlib import Path\n"
        "from ingest.readers.documents import pdf\nfrom ingest.readers.opening import File\n"
        "os.close(0), os.close(1), os.close(2)\nfile = File.of(Path(sys.argv[1]))\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    texts = list(pool.map(lambda _: next(pdf.read(file, None)).text, range(4)))\n"
        "os._exit(0 if texts == ['Words of just one page.'] * 4 else 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], timeout=60).returncode == 0


def test_pdf_process_needs_nothing_but_pdfium() -> None:
    """Without the folder of other packages, whatever else it imported would be missing."""
    script = (
        "import sys\nsys.path.append(sys.argv[1])\nimport pdf_child\npdf_child._without_rooms()\n"
        "from ingest.readers.documents import layout, pdf_pages\n"
    )
    folder = str(Path(pdf.__file__).parent)
    assert subprocess.run([sys.executable, "-I", "-S", "-c", script, folder]).returncode == 0


def test_pdf_says_what_to_do_where_pdfium_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        list(pdf.read(File.of(put(tmp_path, "a.pdf", b"%PDF-1.7")), None))


# Web pages and plain text


def test_html_page_as_saved_by_a_browser(tmp_path: Path) -> None:
    text = (
        "<?xml version='1.0'?>\n<!-- saved from url=(0040)https://aozora.example/help -->\n<!DOCTYPE html>"
        "<html lang='en'><head><title>Returns - Aozora Home</title>"
        "<meta property='article:modified_time' content='2026-03-01T09:00:00Z'>"
        "</head><body><header>Aozora</header><div class='gnav'><a href='/'>Home</a></div>"
        "<div id='breadcrumb'>Help</div>"
        "<div class='content menu-page'><h1>Returns</h1><div>Lamps come back to <a href='/x'>our warehouse</a>.</div>"
        "<h2>Steps</h2><ol><li><p>Pack it.</p><ul><li>Use the box.</li></ul></li><li>Send it.</li></ol>"
        "<h3>Fees</h3><table><tr><th>Plan</th><th>Fee</th></tr><tr><td>Basic</td><td>500 | yen</td></tr></table>"
        "<table role='presentation'><tr><td><p>Laid out</p></td><td>by a table.</td></tr></table>"
        "<details><summary>Is it free?</summary>With Plus it is.</details><pre>id = 7\n  # keep</pre></div>"
        "<div class='sidebar'>Popular: lamps</div><div class='related-articles'>See also</div><footer>Imprint</footer>"
        "<script>track()</script></body></html>"
    )
    path = put(tmp_path, "saved page.bin", text)
    assert claimed(html, path)
    article = only(html, path)
    assert (article.title, article.lang, article.updated) == ("Returns", "en", datetime(2026, 3, 1, 9, tzinfo=UTC))
    assert article.text == (
        "Lamps come back to our warehouse.\n\n## Steps\n\n1. Pack it.\n  - Use the box.\n2. Send it.\n\n### Fees\n\n"
        "| Plan | Fee |\n| --- | --- |\n| Basic | 500 \\| yen |\n\nLaid out\n\nby a table.\n\n#### Is it free?\n\n"
        "With Plus it is.\n\n```\nid = 7\n  # keep\n```"
    )


def test_html_that_is_one_form_or_deeply_nested_is_read(tmp_path: Path) -> None:
    form = "<html><body><form class='menu'><h1>Hours</h1><p>We open at nine.</p></form></body></html>"
    assert only(html, put(tmp_path, "a.html", form)).text == "We open at nine."
    deep = "<html><body>" + "<div>" * 5000 + "<ul><li>" * 500 + "Words." + "</div></body></html>"
    assert only(html, put(tmp_path, "b.html", deep)).text.strip(" -") == "Words."


def test_an_article_that_was_corrected_keeps_its_id(tmp_path: Path) -> None:
    one = only(html, put(tmp_path, "a.html", "<html><h1>Hours</h1><p>We open at nine.</p></html>"))
    two = only(html, put(tmp_path, "a.html", "<html><h1>Hours</h1><p>We open at ten.</p></html>"))
    assert (one.id, one.text != two.text) == (two.id, True)
    three = only(markdown, put(tmp_path, "a.md", "# Hours\n\nWe open at nine."))
    four = only(markdown, put(tmp_path, "a.md", "# Hours\n\nWe open at ten."))
    assert (three.id, three.text != four.text) == (four.id, True)


def test_underlined_headings_of_plain_text(tmp_path: Path) -> None:
    text = "返品について\n======\n\n30日以内です。\n\n手順\n----\n\n箱に入れる。\n---\n\n```\nx\n\ny\n---\n```\n"
    article = only(markdown, put(tmp_path, "a.txt", text))
    assert article.title == "返品について"
    assert article.text == "30日以内です。\n\n## 手順\n\n箱に入れる。\n---\n\n```\nx\n\ny\n---\n```"


def test_the_only_first_heading_is_the_title_wherever_it_stands(tmp_path: Path) -> None:
    article = only(markdown, put(tmp_path, "readme.md", "![logo](x.png)\n\n# Lamp <a name='x'></a>care\n\nWipe it.\n"))
    assert (article.title, article.text) == ("Lamp care", "![logo](x.png)\n\n# Lamp <a name='x'></a>care\n\nWipe it.")
    assert only(markdown, put(tmp_path, "two.md", "Words.\n\n# One\n\nx\n\n# Two\n\ny\n")).title == "two"
