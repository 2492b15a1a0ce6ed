"""The desk: judgements over the shelves (search, answers, mood, faq), then the doors to them."""
