"""The chat widget that customers see on the company's own pages: its routes, its turns and its files."""
