"""Finders of personal data: what each kind looks like in English and Japanese, and the words that give it away."""
