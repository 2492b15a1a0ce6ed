"""Helpdesks' own exports: Zendesk, Intercom, Freshdesk, and what connectors copy of them into a warehouse."""
