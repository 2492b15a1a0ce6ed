"""IP addresses, where nothing says that they are versions or chapters."""

import ipaddress
import re
from collections.abc import Iterable, Iterator

from ingest.personal.span import Page, Span

_V4 = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?(?![0-9A-Za-z]|[.-][0-9A-Za-z])"
_IPV4 = re.compile(rf"(?<![0-9A-Za-z.-]){_V4}")
_IPV4_GLUED = re.compile(_V4)
_GLUED = re.compile(r"(?<![a-z])ip(?:v4)?(?=[0-9])")  # IP203.0.113.9
_IPV6 = re.compile(
    r"(?<![0-9A-Za-z.])(?<![0-9:]:)(?=[0-9A-Fa-f]|::)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%[a-z0-9]{1,8})?(?![0-9A-Za-z:])"
)
_VERSION = re.compile(
    r"\b(?:v|rv|ver|version|firmware|build|release|fw|driver|software|os|patch|update|upgrade|(?:up|down)graded"
    r"|bootloader|android|windows|ios|macos|linux"
    r"|bios|sdk|app)\b\.?[ :]?(?:number|is|to|from|version|no\.?)?[ :]?[a-z]{0,8}[ ]?$|(?:バージョン"
    r"|ファームウェア|ファーム|更新版|アップデート|リリース|ソフトウェア|ドライバー?|型番|パッチ|アンドロイド"
    r"|ウィンドウズ|ソフト)[^0-9。\n]{0,8}$",
    re.ASCII,
)
_VERSION_OF = re.compile(  # the firmware went from 4.12.0.7
    r"\b(?:version|firmware|build|release|fw|bios|sdk)s?\b(?:(?! (?:at|on|ip|address|server|host) )[a-z ]){0,32}$"
)
_ANOTHER = re.compile(r" ?(?:to|or|and|,|->|→|-|/|から|より|と|や|または|、)[ ]?")
_UPDATED = re.compile(r"(?:(?:から|より)[0-9.]{3,20})?(?:への?|に|まで)(?:更新|アップ|ダウング|バージョン|上げ|戻)")
_SMALL = re.compile(r"(?:[12]?[0-9]\.){3}[12]?[0-9](?![0-9/])")  # as parts of versions and chapters are
_NETWORK = re.compile(
    r"\bip|address|host|server|router|network|ping|log(?:ged|s|in)?\b|sign|connect|vpn|dns|gateway|from|アドレス"
    r"|サーバ|接続"
    r"|ログイン|ネットワーク|ルータ|アクセス"
)
_NOT_PERSONAL_IP = re.compile(r"127\.|0\.0\.0\.0|255\.|::1?(?:/[0-9]+)?$")


def find(page: Page) -> Iterator[Span]:
    """Yield the IP addresses of `page`."""
    if page.digits and page.text.count(".") > 2:
        yield from _addresses(page, _IPV4.finditer(page.text))
        glued = (_IPV4_GLUED.match(page.text, ip.end()) for ip in _GLUED.finditer(page.low))
        yield from _addresses(page, filter(None, glued))
    if page.text.count(":") > 1:
        yield from _addresses(page, _IPV6.finditer(page.text))


def _addresses(page: Page, found: Iterable[re.Match[str]]) -> Iterator[Span]:
    version = -1  # where one ended: what it became is one too
    for m in found:
        if not any(c.isdigit() for c in m[0]) or _NOT_PERSONAL_IP.match(m[0]) or not _is_address(m[0]):
            continue
        before = page.before(m.start(), 40)
        small = _SMALL.fullmatch(m[0]) and not _NETWORK.search(before)
        another = version >= 0 and _ANOTHER.fullmatch(page.text, version, m.start())
        if (
            another
            or small
            or _VERSION.search(before)
            or _VERSION_OF.search(before)
            or _UPDATED.match(page.text, m.end())
        ):
            version = m.end()
        else:
            yield Span(m.start(), m.end(), "IP", 0.8)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True
