"""What the columns of a table mean, from their names in English and Japanese."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest.errors import SenderError

Shape = Literal["ticket", "conversation", "article", "customer", ""]

# Names for each field, best first, without spaces and marks. A longer name at the end of a header counts too.
NAMES: dict[str, str] = {
    "id": (
        "ticketid conversationid caseid id ticketnumber ticketno casenumber caseno number no ticket caseref"
        " reference referenceno referencenumber refno ref requestid requestno inquiryid inquiryno 問い合わせid"
        " 問合せ番号 問い合わせ番号 お問い合わせ番号 受付番号 チケット番号 チケットid 管理番号 番号 articleid"
        " 記事id 受付no 受付id 問合せno 問い合わせno お問い合わせno お問い合わせid 問合せid 案件番号 案件id 案件no"
        " 整理番号 会話id チケットno 管理no 対応番号 インシデント番号"
    ),
    "role": (
        "role sender author from direction speaker messagetype 役割 発言者 送信者 話者 発言区分 送信者区分 発言者区分"
    ),
    "text": (
        "text body message description question request content inquiry enquiry issue complaint comment"
        " customermessage problem details instruction utterance messagebody query comments 問い合わせ内容"
        " お問い合わせ内容 問合せ内容 本文 内容 質問 詳細 ご要望 メッセージ 内容詳細 問い合わせ詳細 相談 ご相談"
        " 意見 ご意見 要望 症状 事象 用件詳細 お客様の声 コメント"
    ),
    "reply": (
        "reply answer response resolution agentreply solution agentresponse resolutionnotes 回答 返信 対応内容"
        " 回答内容 返答 解決策 対応 返信内容 返信文 返信本文 回答文 回答本文 対応結果 対応詳細 対応履歴 処置内容"
        " 処理内容 解決方法 案内内容"
    ),
    "subject": "subject title summary topic headline 件名 タイトル 題名 表題 要約 標題 見出し 概要 用件",
    "customer": (
        "customerid customerno requesterid userid clientid accountid contactid memberid customernumber customer"
        " 顧客id 顧客番号 会員番号 お客様番号 お客様id 顧客 顧客コード 顧客no 会員id 会員no お客様コード ユーザーid"
        " 利用者id 契約者番号 取引先コード"
    ),
    "email": (
        "email customeremail requesteremail mail emailaddress mailaddress clientmail clientemail contactemail"
        " customermail usermail fromaddress fromemail メール メールアドレス eメール 顧客メール メアド"
        " eメールアドレス 差出人アドレス"
    ),
    "name": (
        "name customername fullname requestername contactname clientname requester caller contact reportedby 氏名"
        " 名前 顧客名 お名前 お客様名 会員名 契約者名 問い合わせ者 問合せ者"
    ),
    "agent": (
        "agent agentname assignee assigneename assignedto operator operatorname handledby 担当 担当者 担当者名"
        " ご担当者 対応者 対応者名 回答者 受付者 受付担当 オペレーター オペレータ オペレーター名 オペレータ名"
    ),
    "created": (
        "created createdat createdate createddate datecreated dateopened opened openedat openedon opendate"
        " submittedat submitted submissiondate timestamp date datetime time requested requestedat received"
        " receivedat receiveddate datereceived reported reportedon reportedat createdon 作成日 作成日時 受付日時"
        " 受付日 日時 日付 問い合わせ日 問合せ日 問い合わせ日時 問合せ日時 受信日 受信日時 登録日時 発生日 発生日時"
        " 起票日 起票日時 入電日時 受電日時 送信日時 投稿日時 申込日時"
    ),
    "status": "status state ticketstatus ステータス 状態 状況 対応状況 進捗 進捗状況 処理状況 完了区分",
    "priority": "priority urgency severity importance 優先度 重要度 緊急度 優先順位 緊急性",
    "channel": (
        "channel source via viachannel ticketchannel origin contactmethod チャネル 経路 受付経路 受付方法"
        " 問い合わせ方法 問合せ方法 連絡手段 連絡方法 媒体"
    ),
    "product": (
        "product productname servicetype service productpurchased 製品 商品 製品名 商品名 サービス サービス名 機種"
        " 機種名 品名 型番"
    ),
    "tags": (
        "tags labels tag category tickettype issuetype casetype inquirytype type タグ カテゴリ カテゴリー 分類 種別"
        " 区分 種類"
    ),
    "csat": (
        "csat satisfaction rating satisfactionrating satisfactionscore csatscore customersatisfaction 満足度 評価"
        " 満足度評価 アンケート評価"
    ),
    "lang": "lang language locale 言語",
    "phone": "phone phonenumber tel telephone mobile contactnumber 電話 電話番号 携帯番号 携帯電話 携帯",
    "plan": "plan plantype tier subscription contract プラン 契約 契約プラン 料金プラン",
    "country": "country region 国 地域 都道府県",
    "company": (
        "company organization organisation account companyname organizationname accountname 会社 会社名 企業名"
        " 法人名 貴社名 御社名 勤務先 取引先名"
    ),
    "since": "since signupdate signup joined joindate registered customersince 登録日 契約日 入会日",
    "products": "products 利用製品 利用サービス",
    "value": "value clv ltv mrr arr revenue monthlycharges totalspend 売上 月額 契約金額",
    "updated": "updated updatedat lastupdated modified lastmodified 更新日 更新日時 最終更新日 最終更新日時",
}

_BRACKETS = re.compile(r"[(（\[【〔].*?[)）\]】〕]")
# Durations and counts: no name at their end counts.
_MEASURE = re.compile(
    r"^timeto|(?:(?<!date)time|minutes|mins|hours|seconds|(?<!ac)count|rate|percent|deadline|reopens)$"
    r"|(?:時間|(?<![区部])分|[秒率数]|期限)$"
)
# What a name at the end of a header does not mean: moments other than the first, numbers of other things.
_NOT = {
    "created": re.compile(
        r"(?:回答|返信|対応|完了|更新|終了|解決|締切|クローズ|次回|最終|購入|注文|生年)|closed|solved|resolved|updated|due"
        r"|repl|respon|assigned|complet|purchas|birth|last|(?<!at)(?<!on)(?<!date)(?<!timestamp)(?<!datetime)(?<![日時])$"
    ),
    "id": re.compile(r"order|invoice|zip|postal|serial|product|tracking|注文|伝票|郵便|口座|製造|商品|製品|契約|追跡"),
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
    for called in (key, _bare):
        for name, words in NAMES.items():
            keys = {called(column): column for column in reversed(_free(header, found))}
            column = next((keys[word] for word in words.split() if word in keys), "")
            if column and name not in found and name not in given:
                found[name] = column
    for _, name, column in sorted(_endings(header), key=lambda one: -one[0]):
        if name not in found and name not in given and column in _free(header, found):
            found[name] = column
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


def _free(header: Sequence[str], found: dict[str, str]) -> list[str]:
    return [column for column in header if column not in found.values()]


def _bare(name: str) -> str:
    """The same without what stands in brackets, where something is left."""
    return key(_BRACKETS.sub("", name)) or key(name)


def _endings(header: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """For each column the longer names that it ends in: (letters, field, column)."""
    for column in header:
        whole = _bare(column)
        for name, words in NAMES.items():
            if _MEASURE.search(whole) or (name in _NOT and _NOT[name].search(whole)):
                continue
            ends = [len(word) for word in words.split() if whole.endswith(word)]
            if ends and max(ends) > (4 if whole.isascii() else 1):
                yield max(ends), name, column


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
        asks = {"email", "customer", "name"} & found.keys()
        if asks and "subject" in found and {"status", "priority", "channel", "csat"} & found.keys():
            return "ticket"  # a list of tickets: of what was said it has the subject
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
