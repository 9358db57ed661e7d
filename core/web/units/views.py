"""Views: The unit tree, names and merges, accounts and roles, offices and delegations."""

from __future__ import annotations
