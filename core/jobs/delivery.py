"""How a letter leaves: by the configured SMTP server, or as a file in test and demo, where nothing may leave."""

from __future__ import annotations

import email.policy
import email.utils
import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one recipient. ``number`` names it for ever: a repeated try is the same letter."""

    number: int
    to: str
    subject: str
    text: str


Deliver = Callable[[Letter], None]


def way_out(config: dict[str, Any]) -> Deliver | None:
    """How mail leaves this installation, or None: then it waits quietly until a server is configured."""
    if config["VINHDANH_ENV"] in ("test", "demo"):
        return lambda letter: spool(letter, Path(config["SPOOL_DIR"]), config)
    if not config["SMTP_HOST"]:
        return None
    return lambda letter: send(letter, config)


def message(letter: Letter, config: dict[str, Any]) -> EmailMessage:
    """The mail as it travels. Raises ``ValueError`` for an address that is no address."""
    found = EmailMessage(policy=email.policy.SMTP)
    sender = config["MAIL_FROM"] or f"vinhdanh@{config['SMTP_HOST'] or 'localhost'}"
    found["From"] = email.utils.formataddr(("Vinh Danh", sender))
    found["To"] = letter.to
    found["Subject"] = " ".join(letter.subject.split())
    found["Message-ID"] = f"<outbox-{letter.number}@{sender.rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(letter.text)
    return found


def spool(letter: Letter, folder: Path, config: dict[str, Any]) -> None:
    """One ``.eml`` file a letter; a repeat replaces its own file."""
    target = folder / "mail"
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target / f".{letter.number}.part"
    part.write_bytes(message(letter, config).as_bytes())
    os.replace(part, target / f"{letter.number:08d}.eml")


def send(letter: Letter, config: dict[str, Any]) -> None:
    """By SMTP, with a verified certificate wherever the connection is encrypted."""
    context = ssl.create_default_context()
    host, port = config["SMTP_HOST"], config["SMTP_PORT"]
    with smtplib.SMTP(host, port, timeout=_SECONDS) as server:
        if config["SMTP_STARTTLS"]:
            server.starttls(context=context)
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        server.send_message(message(letter, config))
