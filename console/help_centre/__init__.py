"""The public help centre: what supervisors approved, as pages, feeds and JSON. No account, no JavaScript needed."""
