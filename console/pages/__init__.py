"""The pages of the console. Each module draws one page: `show(desk, me)`."""
