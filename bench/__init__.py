"""Timings of the real application on made data; see README.md."""
