"""Articles: web pages, Markdown, Word and PDF, with their headings."""
