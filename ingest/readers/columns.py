"""What the columns of a table mean, from their names in English and Japanese."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest.errors import SenderError

Shape = Literal["ticket", "conversation", "article", "customer", ""]

# Names for each field, best first, without spaces and marks. A longer name inside a header counts too.
NAMES: dict[str, str] = {
    "id": (
        "ticketid conversationid caseid id ticketnumber ticketno casenumber number no"
        " 問い合わせid 問合せ番号 問い合わせ番号 お問い合わせ番号 受付番号 チケット番号"
        " チケットid 管理番号 番号 articleid 記事id"
    ),
    "role": "role sender author from direction speaker messagetype 役割 発言者 送信者 話者 種別",
    "text": (
        "text body message description question request content inquiry enquiry issue complaint"
        " comment customermessage problem details instruction utterance 問い合わせ内容"
        " お問い合わせ内容 問合せ内容 本文 内容 質問 詳細 ご要望 メッセージ"
    ),
    "reply": (
        "reply answer response resolution agentreply solution agentresponse 回答 返信 対応内容"
        " 回答内容 返答 解決策 対応"
    ),
    "subject": "subject title summary topic 件名 タイトル 題名 表題 要約",
    "customer": (
        "customerid customerno requesterid requester userid clientid accountid contactid memberid"
        " customer 顧客id 顧客番号 会員番号 お客様番号 お客様id 顧客"
    ),
    "email": (
        "email customeremail requesteremail mail emailaddress mailaddress メール メールアドレス eメール 顧客メール"
    ),
    "name": ("name customername fullname requestername contactname 氏名 名前 顧客名 お名前 お客様名 担当者名"),
    "created": (
        "created createdat createdate dateopened openedat submittedat timestamp date datetime"
        " time 作成日 作成日時 受付日時 受付日 日時 日付 問い合わせ日"
    ),
    "status": "status state ticketstatus ステータス 状態 状況 対応状況",
    "priority": "priority urgency severity 優先度 重要度 緊急度",
    "channel": "channel source via viachannel ticketchannel チャネル 経路 受付経路",
    "product": "product productname servicetype service 製品 商品 製品名 商品名 サービス",
    "tags": "tags labels tag category タグ カテゴリ カテゴリー 分類",
    "csat": "csat satisfaction rating satisfactionrating satisfactionscore 満足度 評価",
    "lang": "lang language locale 言語",
    "phone": "phone phonenumber tel telephone mobile 電話 電話番号",
    "plan": "plan plantype tier subscription contract プラン 契約 契約プラン 料金プラン",
    "country": "country region 国 地域",
    "company": "company organization organisation account companyname 会社 会社名 企業名 法人名",
    "since": "since signupdate signup joined joindate registered customersince 登録日 契約日 入会日",
    "products": "products 利用製品 利用サービス",
    "value": "value clv ltv mrr arr revenue monthlycharges totalspend 売上 月額 契約金額",
    "updated": "updated updatedat lastupdated modified 更新日 更新日時 最終更新日",
}


@dataclass(frozen=True)
class Mapping:
    """A table as it was understood: its columns, and for each field of a record the column that holds it.

    `shape` is what a row becomes ('' = nothing yet: name a column for `text`); `rows` are the first ones, to look at.
    """

    shape: Shape
    columns: tuple[str, ...]
    fields: dict[str, str]
    rows: tuple[tuple[str, ...], ...] = field(default=())


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], given: dict[str, str] | None = None) -> Mapping:
    """Fields for the columns of `header`; `given` wins, and an empty column there takes a guess away.

    SenderError where `given` names an unknown field or column.
    """
    given = given or {}
    _check(header, given)
    found = {name: column for name, column in given.items() if column}
    keys = {column: key(column) for column in header}
    for exact in (True, False):
        for name, words in NAMES.items():
            if name not in found and name not in given:
                free = {column: keys[column] for column in header if column not in found.values()}
                column = _column(free, words.split(), exact=exact)
                found |= {name: column} if column else {}
    if not {"text", "reply", "email"} & {*found, *given} and (column := _wordiest(header, rows, found)):
        found["text"] = column
    return Mapping(_shape(header, found), tuple(header), found, tuple(tuple(row) for row in rows[:5]))


def _check(header: Sequence[str], given: dict[str, str]) -> None:
    for name, column in given.items():
        if name not in NAMES:
            raise SenderError(f"There is no field {name!r}. Fields are: {', '.join(NAMES)}.")
        if column and column not in header:
            raise SenderError(f"The table has no column {column!r}. Its columns are: {', '.join(header)}.")


def key(name: str) -> str:
    """A header without case, width, spaces and marks: `Customer E-mail` is `customeremail`."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())


def _column(keys: dict[str, str], words: list[str], *, exact: bool) -> str:
    """The first column whose key is one of `words`, or (not `exact`) ends in a longer one of them."""
    for word in words:
        long = len(word) > (4 if word.isascii() else 1)
        for column, name in keys.items():
            if name == word or (not exact and long and name.endswith(word)):
                return column
    return ""


def _wordiest(header: Sequence[str], rows: Sequence[Sequence[str]], found: dict[str, str]) -> str:
    """The free column with the longest texts, where they are 30 characters or more on average."""
    best, length = "", 30.0
    for index, column in enumerate(header):
        cells = [len(row[index]) for row in rows if index < len(row)]
        if column not in found.values() and cells and sum(cells) / len(cells) > length:
            best, length = column, sum(cells) / len(cells)
    return best


def _shape(header: Sequence[str], found: dict[str, str]) -> Shape:
    question = key(found.get("text", "")) in {"question", "質問"} and "reply" in found
    told = {"email", "customer", "name", "status", "role", "priority", "created"} & found.keys()
    if "text" not in found and "reply" not in found:
        return "customer" if {"email", "customer", "id"} & found.keys() and {"plan", "name"} & found.keys() else ""
    if question and not told:
        return "article"
    if (
        {"subject"} <= found.keys()
        and not told
        and "reply" not in found
        and key(found["subject"]) in {"title", "タイトル"}
    ):
        return "article"
    if "text" not in found:
        return "article" if "subject" in found and not told else ""
    return "conversation" if {"id", "role"} <= found.keys() else "ticket"
