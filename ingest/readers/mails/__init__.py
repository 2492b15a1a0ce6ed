"""Mail: single letters and boxes of them, put together into threads."""
