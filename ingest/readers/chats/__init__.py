"""Chats: what messengers and chat tools export, cut into conversations."""
