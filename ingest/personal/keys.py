"""Keys and tokens of programs: by their own prefixes, in addresses, or behind a word such as "API key"."""

from collections.abc import Iterator

from ingest.personal import writing
from ingest.personal.span import Page, Span
from ingest.personal.writing import Writing, patterns

_KEYS = (
    r"\b(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z_]{8,64}|\bAKIA(?![0-9A-Z]{0,20}EXAMPLE\b)[0-9A-Z]{12,20}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{20,255}"
    r"|\bgithub_pat_[0-9A-Za-z_]{20,255}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,200}|\bAIza[0-9A-Za-z_-]{30,45}|\beyJ[0-9A-Za-z_-]{10,1000}\.[0-9A-Za-z_-]{5,4000}"
    r"(?:\.[0-9A-Za-z_-]{5,1000})?"
    r"|\bsk-(?:[a-z]+-)?[0-9A-Za-z_-]{16,200}|\bglpat-[0-9A-Za-z_-]{16,64}"
    r"|\bSG\.[0-9A-Za-z_-]{16,64}\.[0-9A-Za-z_-]{16,64}"
)
_KEY_WORD = (
    r"api[ _-]?(?:key|token)|secret(?:[ _-](?:access )?key)?|access[ _-]?token|auth[ _-]?token"
    r"|bearer(?: token)?|private key|client[ _-]?secret|license key|token|webhook secret"
)

_WRITINGS = (
    Writing(
        "SECRET",
        ("key", "token", "secret", "passw", "pwd"),
        patterns(
            r"\b[A-Z][A-Z0-9_]{0,40}(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD)"
            r"(?:_[A-Z0-9]{1,12})?\s?=\s?['\"]?([^\s\x00'\"]{6,2000})",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("://", "begin ", "hf_", "npm_", "pypi-", "ya29.", "dop_v1", "shpat_"),
        patterns(
            r"[?&;](?i:(?:access_|auth_|api_|id_|refresh_|reset_)?(?:token|key|password|pwd|secret|sig|signature"
            r"|auth|session|code))="
            r"([^&\s\x00\"'<>]{6,500})",
            r"(?i:https?|ftp|postgres(?:ql)?|mysql|redis|mongodb(?:\+srv)?"
            r"|amqp)://([^\s:/@\x00]{1,40}:[^\s@/\x00]{3,64}@[^\s/\x00]{1,80})",
            r"(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,4000}(?:-----END "
            r"[A-Z ]{0,20}PRIVATE KEY-----)?)",
            r"\b((?:hf|npm|dop_v1|shpat)_[0-9A-Za-z]{20,80}|pypi-[0-9A-Za-z_-]{30,300}|ya29\.[0-9A-Za-z_-]{20,300})",
        ),
        digits=False,
    ),
    Writing(
        "SECRET",
        ("key", "secret", "token", "bearer", "authorization", "キー", "トークン", "シークレット"),
        patterns(
            rf"(?i:\b(?:{_KEY_WORD})(?: (?:for|to|of) (?:my|the|our|your)? ?[a-z-]{{1,16}})?\s?(?:is"
            rf"|was|[:=])?\s?['\"]?)(?=[!-~]{{0,40}}[0-9])(?![0-9]{{1,4}}(?![!-~]))"
            rf"([A-Za-z0-9_][!-~]{{6,2000}}[0-9A-Za-z=_-])",
            r"(?i:\bauthorization\b[^\n\x00]{0,20}?\b(?:basic|bearer) )([A-Za-z0-9+/=_.-]{12,2000})",
            r"(?i:(?:api ?キー|apiキー|アクセスキー|アクセストークン|シークレットキー"
            r"|秘密鍵|トークン|ライセンスキー))[ ]?(?:は|が|:|=|「)?[ ]?[「『\"]?"
            r"(?=[!-~]{0,40}[0-9])([A-Za-z0-9_][!-~]{6,2000}[0-9A-Za-z=_-])",
        ),
    ),
    Writing(
        "SECRET",
        ("sk_", "pk_", "rk_", "akia", "ghp_", "gho_", "github_pat", "xox", "aiza", "eyj", "sk-", "glpat-", "sg."),
        patterns(_KEYS),
    ),
)


def find(page: Page) -> Iterator[Span]:
    """Yield the keys and tokens of `page`."""
    yield from writing.find(page, _WRITINGS)
