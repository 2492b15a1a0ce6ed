"""Calls: what speech services, contact centres and people write down of them, and who of the speakers is who."""
