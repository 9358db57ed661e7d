"""Views: What the standing body does with a dossier: receive, return, appraise, consult, decline, hand up."""

from __future__ import annotations
