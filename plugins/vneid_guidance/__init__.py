"""Hướng dẫn VNeID: how many turns each team guided, by day and place, beside the official figures of the police."""

from core.sdk import FieldSpec, Indicator, Job, Kind, Manifest, Page, Permission
from plugins.vneid_guidance.domain import COUNTED

_POLICE = "Số liệu chính thức của Công an xã"

manifest = Manifest(
    name="vneid_guidance",
    title="Hướng dẫn VNeID",
    summary="Ghi lượt hướng dẫn theo ngày và địa điểm, đặt cạnh số liệu chính thức; không lưu danh tính người dân.",
    version="0.1.0",
    works_with=">=0.1,<0.2",
    personal_data="none",
    personal_data_note="Không lưu gì về người được hướng dẫn. Tên người ghi và người duyệt là tài khoản của hệ thống.",
    hooks="plugins.vneid_guidance.hooks",
    models="plugins.vneid_guidance.models",
    pages=(Page("plugins.vneid_guidance.web:pages"),),
    migrations="migrations",
    permissions=(
        Permission("vneid_guidance.record", "Ghi lượt hướng dẫn", roles=("volunteer",)),
        Permission(
            "vneid_guidance.read",
            "Xem số liệu hướng dẫn",
            roles=("volunteer", "head", "secretary", "signer", "unit_admin", "inspector", "data_officer"),
            flows_down=True,
        ),
        Permission("vneid_guidance.approve", "Duyệt số liệu của tổ", roles=("head", "secretary"), flows_down=True),
        Permission("vneid_guidance.lock", "Khóa kỳ số liệu", roles=("secretary", "unit_admin"), flows_down=True),
        Permission(
            "vneid_guidance.figures",
            "Xem bảng số liệu của lãnh đạo",
            roles=("head", "secretary", "signer", "unit_admin", "inspector", "data_officer"),
            flows_down=True,
        ),
        Permission("vneid_guidance.official", "Nhập và xác nhận số liệu chính thức", roles=("data_officer",)),
    ),
    settings=(
        FieldSpec(
            "facts_required",
            "Hồ sơ phải có số liệu hướng dẫn đã duyệt mới gửi được",
            Kind.BOOLEAN,
            help="Áp dụng cho hồ sơ của tình nguyện viên và của tổ công nghệ số cộng đồng.",
        ),
    ),
    indicators=(
        *COUNTED,
        Indicator("VN20", "Hồ sơ mức 2 đã thu nhận", "tài khoản", source=_POLICE, soft_cap=None),
        Indicator("VN21", "Tài khoản mức 2 đã kích hoạt", "tài khoản", source=_POLICE, soft_cap=None),
        Indicator("VN22", "Tỷ lệ kích hoạt", "%", formula="VN21 : người từ 14 tuổi", source=_POLICE, soft_cap=None),
        Indicator("VN23", "Sổ sức khỏe đã tích hợp", "người", source=_POLICE, soft_cap=None),
        Indicator("VN24", "Công dân số", "người", source=_POLICE, soft_cap=None),
    ),
    jobs=(Job("old_slips", every="day", run="plugins.vneid_guidance.services:delete_old_slips"),),
    guards=frozenset({"submit"}),
    demo="plugins.vneid_guidance.demo",
    adds=(
        "Trang bấm đếm cho tình nguyện viên trên điện thoại",
        "Duyệt số liệu theo ngày, khóa kỳ, đính chính có lý do",
        "Phiếu giới thiệu sang Công an chỉ có mã 5 ký tự",
        "Sổ số liệu chính thức do Công an xã nhập, người thứ hai xác nhận",
        "Phần “Hướng dẫn VNeID” trong hồ sơ đề nghị, chương trong báo cáo",
    ),
)
