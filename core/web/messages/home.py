"""Sentences of the home pages, the jobs and the demo."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "jobs_running": "Công việc định kỳ đang chạy ở một tiến trình khác. Hãy thử lại sau.",
    "demo_not_empty": "Nơi này đã có dữ liệu thật nên không nạp dữ liệu dùng thử.",
    "seed_unknown": "Không có bộ dữ liệu thử này.",
}
