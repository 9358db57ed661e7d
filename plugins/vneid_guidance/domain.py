"""What is counted when people are helped with VNeID, and what a volunteer cannot record. No database, no clock.

Guided is not achieved: level 2 is issued by the police only (NĐ 69/2024/NĐ-CP Điều 10), so volunteers count turns of
guidance, and the police keep their own figures in their own ledger.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.sdk import Indicator

PLUGIN = "vneid_guidance"
RECORD = f"{PLUGIN}.record"
TURNS = "VN01"
REFERRED = "VN02"
BLOCKED = "VN10"
COME_BACK = "VN15"
#: Activation for a child: only where a parent or guardian stands by.
CHILD = "VN03.child"


def _turn(code: str, label: str, *, part_of: str = TURNS, cap: int | None = 60) -> Indicator:
    return Indicator(code, label, "lượt", record=RECORD, part_of=part_of, soft_cap=cap)


PAPERS: tuple[tuple[str, str], ...] = (
    ("birth", "Giấy khai sinh"),
    ("payment", "Tài khoản thanh toán"),
    ("social", "Tài khoản an sinh xã hội"),
    ("insurance", "Thẻ bảo hiểm y tế"),
    ("licence", "Giấy phép lái xe"),
    ("vehicle", "Đăng ký xe"),
    ("diploma", "Văn bằng"),
    ("land", "Giấy chứng nhận đất"),
    ("tax", "Mã số thuế"),
    ("marriage", "Giấy kết hôn"),
    ("record", "Phiếu lý lịch tư pháp"),
)

BLOCKERS: tuple[tuple[str, str], ...] = (
    ("no_phone", "Không có điện thoại thông minh"),
    ("sim", "SIM không chính chủ"),
    ("card", "Chưa có thẻ hoặc thẻ hết hạn"),
    ("password", "Quên mật khẩu"),
    ("network", "Mạng yếu"),
    ("refused", "Không muốn làm"),
    ("done", "Đã làm rồi"),
    ("guardian", "Cần người giám hộ"),
)

COUNTED: tuple[Indicator, ...] = (
    Indicator(
        TURNS, "Lượt hướng dẫn", "lượt", record=RECORD, formula="VN02 + … + VN08 + VN11 + VN12 + VN13 + lượt khác"
    ),
    _turn(REFERRED, "Gửi đi Công an"),
    _turn("VN03", "Kích hoạt"),
    _turn(CHILD, "Kích hoạt, dưới 14 tuổi có người giám hộ", part_of="VN03"),
    _turn("VN04", "Tích hợp giấy tờ"),
    *(_turn(f"VN04.{code}", label, part_of="VN04") for code, label in PAPERS),
    _turn("VN05", "An sinh xã hội"),
    _turn("VN06", "Sổ sức khỏe"),
    _turn("VN07", "Chữ ký số"),
    _turn("VN08", "Dịch vụ công"),
    _turn("VN11", "Giải thích định danh mức 2"),
    _turn("VN12", "Cài lại, đăng nhập lại"),
    _turn("VN13", "Thanh toán trực tuyến"),
    _turn("VN09", "Nhắc phòng lừa đảo", part_of="", cap=100),
    _turn(BLOCKED, "Chưa làm được", part_of=""),
    *(_turn(f"VN10.{code}", label, part_of=BLOCKED) for code, label in BLOCKERS),
    _turn("VN14", "Lượt cho người cao tuổi, người khuyết tật", part_of=""),
    _turn(COME_BACK, "Hẹn quay lại", part_of=""),
)
LABELS: Mapping[str, str] = {one.code: one.label for one in COUNTED}

#: The indicators whose turns make up VN01.
TURN_CODES = (TURNS, *(one.code for one in COUNTED if one.part_of == TURNS))

#: The six large buttons, in reading order.
BUTTONS = ("VN03", "VN04", "VN05", "VN06", "VN07", "VN08")
#: What they need first, said on the button.
NEEDS_LEVEL_2 = frozenset({"VN04", "VN05", "VN07"})
OTHERS = (CHILD, "VN11", "VN12", "VN13", "VN09", COME_BACK)
PAPER_CODES = tuple(f"VN04.{code}" for code, _ in PAPERS)
BLOCKER_CODES = tuple(f"VN10.{code}" for code, _ in BLOCKERS)
#: The lines of the form for the end of the day, and of every table.
DAY_LINES = (TURNS, REFERRED, *BUTTONS, "VN09", BLOCKED, "VN14")

#: Kinds of places where people are helped; the code stands in the entry where no named point was chosen.
POINT_KINDS: tuple[tuple[str, str], ...] = (
    ("home", "Tại nhà dân"),
    ("hamlet", "Nhà văn hóa thôn, tổ dân phố"),
    ("desk", "Bàn hướng dẫn, bộ phận một cửa"),
    ("market", "Chợ, nơi đông người"),
    ("school", "Trường học"),
)

SLIP_DAYS = 90
_SLIP = re.compile(r"[a-z2-9]{5}")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many turns succeeded of those that ended one way or the other; shares are for the reader to see."""

    done: int | None
    blocked: int | None

    @property
    def tried(self) -> int | None:
        """The denominator; None where nobody reported."""
        return None if self.done is None or self.blocked is None else self.done + self.blocked


def with_parts(taps: Mapping[str, int]) -> dict[str, int]:
    """Taps as buttons show them: one on a kind of paper shows on "Tích hợp giấy tờ" too."""
    shown = dict(taps)
    for code, number in taps.items():
        whole, _, part = code.partition(".")
        if part:
            shown[whole] = shown.get(whole, 0) + number
    return shown


def lacks_guardian(indicator: object, detail: object) -> bool:
    """Whether an entry is about a child's account without the guardian's presence being said."""
    return indicator == CHILD and (not isinstance(detail, Mapping) or detail.get("guardian") is not True)


def slip_code(client_id: str) -> str:
    """The five characters on the paper slip: always the same for one entry, and telling nothing about it."""
    number = int.from_bytes(hashlib.sha256(f"slip:{client_id}".encode()).digest()[:8], "big")
    letters = []
    for _ in range(5):
        number, at = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[at])
    return "".join(letters)


def read_slip(raw: str) -> str | None:
    """The code that somebody typed, however they spaced it; None for what no slip can say."""
    code = re.sub(r"[\s.-]", "", raw).lower()
    return code if _SLIP.fullmatch(code) else None
