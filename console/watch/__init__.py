"""Customers at risk: weighed over all they said, watched until somebody knows how it ended, and told of in time."""
