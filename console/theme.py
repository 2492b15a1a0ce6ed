"""The console's look as Streamlit options: system fonts, one accent of deep indigo-teal, light and dark."""

from typing import Any

_FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', "
    "'Hiragino Sans', 'Yu Gothic UI', Meiryo, 'Noto Sans CJK JP', 'Noto Sans JP', sans-serif"
)
_SHARED = {
    "font": _FONTS,
    "headingFont": _FONTS,
    "baseFontSize": 14,
    "baseRadius": "6px",
    "buttonRadius": "6px",
    "headingFontSizes": ["1.35rem", "1.15rem", "1rem", "0.95rem", "0.9rem", "0.85rem"],
    "headingFontWeights": [650, 650, 650, 600, 600, 600],
    "paddingTop": "3.4rem",
    "paddingBottom": "1rem",
    "linkUnderline": False,
}
_LIGHT = {
    "primaryColor": "#1d5b78",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f6f8",
    "textColor": "#1c2730",
    "linkColor": "#1d5b78",
    "borderColor": "#dbe2e7",
}
_DARK = {
    "primaryColor": "#347a96",
    "backgroundColor": "#12181d",
    "secondaryBackgroundColor": "#1b242b",
    "textColor": "#e3e9ed",
    "linkColor": "#84c4de",
    "borderColor": "#2c3942",
}

OPTIONS: dict[str, Any] = {
    **{f"theme.{name}": value for name, value in _SHARED.items()},
    **{f"theme.light.{name}": value for name, value in _LIGHT.items()},
    **{f"theme.dark.{name}": value for name, value in _DARK.items()},
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
}
"""Options for `app.run(config=...)`, by their dotted names."""
