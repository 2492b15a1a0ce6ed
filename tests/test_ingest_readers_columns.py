"""Headers as helpdesks and offices write them, in English and Japanese, and what each column is taken for."""

import pytest

from ingest.readers.tables import columns

ENGLISH = {
    "Ticket ID": "id",
    "Case Number": "id",
    "Ref": "id",
    "Reference No.": "id",
    "Ticket #": "id",
    "Request ID": "id",
    "Ticket Subject": "subject",
    "Short description": "text",
    "Message Body": "text",
    "Customer Message": "text",
    "Comments": "text",
    "Agent Response": "reply",
    "Resolution Notes": "reply",
    "Requester": "name",
    "Requester email": "email",
    "Requester id": "customer",
    "Client mail": "email",
    "Customer (email)": "email",
    "Caller": "name",
    "Contact": "name",
    "Assignee": "agent",
    "Assigned to": "agent",
    "Created at": "created",
    "Opened": "created",
    "Date Received": "created",
    "Reported on": "created",
    "Ticket created - Timestamp": "created",
    "Updated at": "updated",
    "Urgency": "priority",
    "Via": "channel",
    "Ticket type": "tags",
    "Product Purchased": "product",
    "Satisfaction Score": "csat",
    "Customer Satisfaction Rating": "csat",
    "Organization": "company",
    "Contact number": "phone",
}
JAPANESE = {
    "受付No": "id",
    "問合せNo.": "id",
    "No.": "id",
    "案件番号": "id",
    "お問い合わせ日時": "created",
    "受信日時": "created",
    "入電日時": "created",
    "受付日": "created",
    "件名(題名)": "subject",
    "お問い合わせ件名": "subject",
    "内容詳細": "text",
    "ご質問内容": "text",
    "相談内容": "text",
    "お客様の声": "text",
    "【必須】お問い合わせ内容": "text",
    "ご回答": "reply",
    "返信文": "reply",
    "対応内容": "reply",
    "担当": "agent",
    "担当者名": "agent",
    "対応者": "agent",
    "オペレーター名": "agent",
    "お客様メールアドレス": "email",
    "メールアドレス（半角）": "email",
    "氏名（漢字）": "name",
    "お客様氏名": "name",
    "顧客コード": "customer",
    "会員番号": "customer",
    "ご連絡先電話番号": "phone",
    "貴社名": "company",
    "お問い合わせ区分": "tags",
    "種別": "tags",
    "進捗": "status",
    "対応状況": "status",
    "優先順位": "priority",
    "問い合わせ方法": "channel",
    "対象製品": "product",
    "満足度": "csat",
    "最終更新日時": "updated",
}
NOTHING = (
    *("Time to Resolution", "First Response Time", "Handling Time (mins)", "Account count", "Order number", "Group"),
    *("Refund requested", "Due date", "対応時間（分）", "回答日時", "完了日", "注文番号", "備考", "返信回数"),
)


@pytest.mark.parametrize(("header", "field"), [*ENGLISH.items(), *JAPANESE.items()])
def test_one_header(header: str, field: str) -> None:
    assert columns.guess([header], [["x"]]).fields == {field: header}


@pytest.mark.parametrize("header", NOTHING)
def test_headers_that_only_sound_alike(header: str) -> None:
    assert columns.guess([header], [["x"]]).fields == {}


TABLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "a Zendesk view with words": (
        "Ticket ID,Subject,Description,Requester,Requester email,Status,Priority,Created at,Tags,Satisfaction Score",
        "ticket",
        {"id": "Ticket ID", "subject": "Subject", "text": "Description", "name": "Requester"}
        | {"email": "Requester email", "status": "Status", "priority": "Priority", "created": "Created at"}
        | {"tags": "Tags", "csat": "Satisfaction Score"},
    ),
    "a Zendesk view without words": (
        "Id,Subject,Requester,Requester id,Requester email,Assignee,Group,Status,Via,Solved at,Due date,Replies",
        "ticket",
        {"id": "Id", "subject": "Subject", "name": "Requester", "customer": "Requester id", "email": "Requester email"}
        | {"agent": "Assignee", "status": "Status", "channel": "Via"},
    ),
    "times beside the answer": (
        "Case ID,Customer Name,Issue,Time to Resolution,Resolution,First Response Time,Opened,Closed date",
        "ticket",
        {"id": "Case ID", "name": "Customer Name", "text": "Issue", "reply": "Resolution", "created": "Opened"},
    ),
    "an office's list": (
        "受付No,お問い合わせ日時,お客様氏名,お客様メールアドレス,お問い合わせ区分,件名,内容詳細,ご回答,回答日時,担当,対応状況",
        "ticket",
        {"id": "受付No", "created": "お問い合わせ日時", "name": "お客様氏名", "email": "お客様メールアドレス"}
        | {"tags": "お問い合わせ区分", "subject": "件名", "text": "内容詳細", "reply": "ご回答", "agent": "担当"}
        | {"status": "対応状況"},
    ),
    "a call centre's list": (
        "No.,受付日時,チャネル,顧客番号,顧客名,連絡先電話番号,問い合わせ種別,製品名,問い合わせ内容,対応内容,対応時間（分）,対応者",
        "ticket",
        {"id": "No.", "created": "受付日時", "channel": "チャネル", "customer": "顧客番号", "name": "顧客名"}
        | {"phone": "連絡先電話番号", "tags": "問い合わせ種別", "product": "製品名", "text": "問い合わせ内容"}
        | {"reply": "対応内容", "agent": "対応者"},
    ),
    "messages": (
        "会話ID,発言者,メッセージ,送信日時",
        "conversation",
        {"id": "会話ID", "role": "発言者", "text": "メッセージ", "created": "送信日時"},
    ),
    "customers": (
        "会員番号,お名前,メールアドレス,契約プラン,登録日,都道府県",
        "customer",
        {"customer": "会員番号", "name": "お名前", "email": "メールアドレス", "plan": "契約プラン", "since": "登録日"}
        | {"country": "都道府県"},
    ),
    "questions": ("質問,回答", "article", {"text": "質問", "reply": "回答"}),
}  # fmt: skip


@pytest.mark.parametrize(("header", "shape", "expected"), TABLES.values(), ids=TABLES)
def test_whole_headers(header: str, shape: str, expected: dict[str, str]) -> None:
    mapping = columns.guess(header.split(","), [])
    assert mapping.fields == expected
    assert mapping.shape == shape


def test_what_a_person_says_comes_first() -> None:
    header = ["ご回答", "返信文", "内容"]
    given = {"reply": "返信文", "text": ""}
    assert columns.guess(header, [], given).fields == {"reply": "返信文"}
