"""A site's logo: whatever picture comes in is read and drawn anew, so that nothing but a small PNG is ever served."""

import warnings
from io import BytesIO

from ingest.errors import SenderError

MOST = 64 * 1024  # bytes that may come in
WIDEST = 4096  # pixels that may come in, either way
SHOWN = 128  # pixels that are kept, either way: 32 on the densest screens
KIND = "image/png"
_FORMATS = ("PNG", "JPEG", "WEBP")
_WRONG = "The logo has to be a PNG, JPEG or WebP picture. Choose another file."


def checked(content: bytes) -> bytes:
    """The picture as a PNG of at most `SHOWN` pixels; what its bytes say counts, not its name.

    Raises SenderError for what is too large, is no such picture (SVG is none) or is damaged.
    """
    from PIL import Image

    if len(content) > MOST:
        raise SenderError(f"The logo has {len(content):,} bytes; {MOST:,} are the most. Make it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow only warns of is drawn anew or refused below
            with Image.open(BytesIO(content), formats=_FORMATS) as picture:
                if max(picture.size) > WIDEST:
                    raise SenderError(f"The logo is more than {WIDEST:,} pixels wide or high. Make it smaller.")
                picture.load()
                drawn = picture.convert("RGBA")
    except SenderError:
        raise
    except Exception:  # decoders of pictures fail in many ways; all of them mean the same here
        raise SenderError(_WRONG) from None
    drawn.thumbnail((SHOWN, SHOWN))
    told = BytesIO()
    drawn.save(told, "PNG", optimize=True)
    return told.getvalue()
