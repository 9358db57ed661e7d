"""Settings of this installation: copy to config.py. Variables (docs/operations.md) win over this file."""

# PostgreSQL instead of the embedded SQLite file
# SQLALCHEMY_DATABASE_URI = "postgresql://vinhdanh:…@localhost/vinhdanh"

# Mail leaves only when a server is named
# SMTP_HOST = "mail.example.vn"
# SMTP_PORT = 587
# SMTP_USER = "vinhdanh"
# SMTP_PASSWORD = "…"
# SMTP_STARTTLS = True
# MAIL_FROM = "vinhdanh@example.vn"

# The address people use, for links in mail
# BASE_URL = "https://vinhdanh.example.vn"

# How many proxies in front are believed (X-Forwarded-For, -Proto, -Host)
# TRUSTED_PROXY_COUNT = 1

# Attachments, and the heads of the audit chain (better on another disk)
# FILES_DIR = "/srv/vinhdanh/files"
# ANCHORS_DIR = "/srv/anchors"

# A login ends after this long without use, and in any case after LOGIN_HOURS
# LOGIN_IDLE_MINUTES = 30
# LOGIN_HOURS = 12
