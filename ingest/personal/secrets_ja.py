"""Passwords, PINs, codes and answers that Japanese sentences give away in free phrasing."""

import re
from collections.abc import Iterator

from ingest.personal.span import Page, Span, phrases
from ingest.personal.writing import is_length

_PASSWORD = (
    r"(?:パスワード|パスコード|パスフレーズ|暗証番号|暗証コード|(?:PIN|ピン|pin)(?:コード|番号)?|ログインPW"
    r"|(?<![A-Za-z])(?:PW|pw|Pw|pass|PASS|Pass)(?=[はがを: ])"
    r"|(?<![ァ-ヶー])パス(?=[はがを:])|(?:暗号化|ネットワーク|セキュリティ|接続)キー"
    r"|合言葉|あいことば|(?:API|api|Api)[ ]?キー|アクセストークン|トークン|シークレット|認証キー|Wi-?Fiの?(?:キー"
    r"|パス))"
)
# A token is no word: it has a digit, a mark between letters, or capitals inside.
_TOKEN = (
    r"(?=[!-~]{0,62}?(?:[0-9]|[A-Za-z0-9][@#$%^&*_+=!-][A-Za-z0-9!]|[a-z][A-Z]))"
    r"[0-9A-Za-z!#$%&@*+_.~-][!-~]{2,62}[0-9A-Za-z!@#$%^&*_+=?~-]"
)
_SET = (
    r"(?:です|でし|だ|で登録|で設定|で合|で入|に(?:し|設|変)"
    r"|と(?:し|設|入|登|い|な|表)|を入|なの|じゃ|では)"
)
_GAP = (
    r"(?:(?:は|が|を|に|も|、|:|=|って|の|という|として|[ 「『\"(])"
    r"|(?:現在|今|たしか|確か|新しい|昔|前の|元の|以前|全部|ずっと|いつもの|もともと|初期値)){0,5}"
)
_GIVEN = re.compile(
    rf"{_PASSWORD}(?:\([^)\n]{{1,10}}\))?{_GAP}(?:(?P<token>{_TOKEN})|(?P<plain>[A-Za-z]{{4,32}})(?=[」』\"]|{_SET}))",
    re.ASCII,
)
_DIGITS = r"(?<![0-9-])[0-9](?:[ -]?[0-9]){2,7}(?![0-9]|-[0-9]|[円個件日月年桁回分ヶ])"
# A code by the word before it, and the one that it became; or with the word behind it.
_KEYPAD = (
    r"(?:(?:[二2]段階|[二2]要素)認証(?:の(?:コード|番号|数字))?|(?:解[錠除]|開錠|ロック|施錠|本人確認|認証|確認"
    r"|ログイン|ワンタイム|入室|オートロック|玄関|金庫|宅配ボックス|スマートロック|エントランス|キーボックス|ドア)の?"
    r"(?:コード|番号|暗証|パス)|暗証番号|パスコード|暗証|ワンタイムパス(?:ワード)?|(?:PIN|ピン)(?:コード|番号)?|CVV"
    r"|CVC|セキュリティー?コード|認証用の?(?:番号|コード|数字)|(?:カード)?裏面?の(?:[三3]桁|数字|番号))"
)
_PIN = re.compile(rf"{_KEYPAD}[^0-9。!?\n\x00エ注伝]{{0,10}}?(?P<pin>{_DIGITS})(?:から、?(?P<new>{_DIGITS}))?")
_PIN_AFTER = re.compile(rf"(?P<pin>{_DIGITS})(?:という|との|って|が|は|の)[、 ]?(?:[六四6 4]桁の)?(?:{_KEYPAD})")
_TOKEN_AFTER = re.compile(
    rf"(?<![!-~])(?P<token>{_TOKEN})[」』\"]?(?:という|って|が(?:現在の|今の)?)(?:ログイン)?パスワード", re.ASCII
)
_CODE = re.compile(
    r"(?:届いた|届きました|受け取った|受信した|送られてき(?:た|ました)|送ってもらった|来た|もらった|(?:SMS|メール"
    r"|メッセージ|アプリ)[のに](?:届いた|来た|出た)?|[四五六七八4-8]桁の)"
    r"[^。\n0-9エ注追伝受予製型]{0,8}?(?:コード|数字|暗証番号"
    r"|認証番号)[はがを、:「 ]{0,3}(?P<code>[0-9](?:[ -]?[0-9]){3,7})(?![0-9]|-[0-9]|[円個件日月年])"
)
_ANSWER = re.compile(
    r"(?:合言葉|あいことば|秘密の(?:質問|言葉|答え)|質問の答え|キーワード)(?:\([^)\n]{1,16}\))?(?:の?(?:答え?|回答"
    r"|こたえ))?(?:[は、:が]|を(?=[^。\n]{2,14}?に[しす設変]))(?:[ ]|確か|たしか|現在|今)?"
    r"[「『\"]?(?P<answer>[\u30a1-\u30faー\u3041-\u3096\u3400-\u9fff々A-Za-z0-9]{2,14}?)[」』\"]?(?=です(?!か)|でし"
    r"|だ(?:った|と|よ|けど|。|、)|で(?:登録|設定)|に(?:し|す|設|変)|と(?:設|登|し|答|入)|。|$|\n)"
)
# 合言葉は?, and what somebody answers
_ASKED = re.compile(
    r"(?:合言葉|あいことば|秘密の(?:質問|言葉|答え))[^。?\n]{0,14}[。?]{0,2}\n[ >]*(?:[^\W\d_][^:\n]{0,10}: ?)?"
    r"(?:(?:はい|えっと|えーと|ええと|あ)[、。 ])?[「『]?"
    r"(?P<answer>[\u30a1-\u30faー\u3041-\u3096\u3400-\u9fff々A-Za-z0-9]{2,14}?)"
    r"(?=[」』]|です(?!か)|でし|だ[。\n]|。|$|\n)"
)
_NO_ANSWER = re.compile(
    r"何|なに|どこ|どう|だれ|誰|いつ|忘|わす|必要|不要|変更|変え|分か|わか|未設定|以下|同じ|正しい|違|不明|思い出"
    r"|間違|合って|登録|設定|任意|ひらがな|カタカナ|漢字|英|半角|全角|文字|大切|秘密|無し|なし|ない|あり|あっ"
    r"|大丈夫|無効|正解|エラー|こちら|これ|それ|入力|次の|本人|ご自|お客|旧姓|母|父|ペット|出身"
)
# One of these is in whatever the patterns find.
_WORDS = phrases(
    "PW|pw|Pw|pass|PASS|Pass|パス|暗証|認証|コード|PIN|pin|ピン|合言葉|あいことば|秘密|キー|トークン|シークレット|答え|ロック|裏|CV"
    "|玄関の番号|金庫|ボックスの番号|錠|入室|確認番号|ドアの番号|数字"
)


def find(page: Page) -> Iterator[Span]:
    """Yield the secrets of `page` that Japanese words introduce."""
    text = page.text
    if not page.japanese or not any(word in text for word in _WORDS):
        return
    for m in _GIVEN.finditer(text):
        if not is_length(text, *m.span(m.lastgroup or 0)):
            yield Span(*m.span(m.lastgroup or 0), "SECRET", 0.9)
    if "パスワード" in text:
        yield from (Span(*m.span("token"), "SECRET", 0.8) for m in _TOKEN_AFTER.finditer(text))
    if page.digits:
        for m in (*_PIN.finditer(text), *_PIN_AFTER.finditer(text)):
            yield from (Span(*m.span(group), "SECRET", 0.8) for group in m.groupdict() if m[group])
    if page.digits and ("コード" in text or "数字" in text or "番号" in text):
        yield from (Span(*m.span("code"), "SECRET", 0.8) for m in _CODE.finditer(text))
    if "\n" in text:
        for m in _ASKED.finditer(text):
            if not _NO_ANSWER.search(m["answer"]):
                yield Span(*m.span("answer"), "SECRET", 0.8)
    if "言葉" in text or "秘密" in text or "答え" in text or "ことば" in text or "キーワード" in text:
        for m in _ANSWER.finditer(text):
            if not _NO_ANSWER.search(m["answer"]) and ("キーワード" not in m[0] or "秘密" in text):
                yield Span(*m.span("answer"), "SECRET", 0.8)
