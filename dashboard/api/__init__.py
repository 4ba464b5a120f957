"""The HTTP API: what other programs may do for a person who has given them a token."""
