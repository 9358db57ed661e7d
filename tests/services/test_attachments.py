"""Files: judged by their content in a process of their own, kept whole or not at all, named only for display."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib

import pytest
import sqlalchemy as sa
from PIL import Image

from core.domain.errors import NotFound, Refused
from core.domain.permissions import Role
from core.models import Attachment, AuditLine, db
from core.services import attachments, failpoints, file_store, nominations

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TYPES = '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="main+xml"/></Types>'


def office(kind="docx", **changes):
    """A small office file; ``changes`` adds or replaces members by name."""
    heart = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    members = {"[Content_Types].xml": TYPES, heart: "<d>Đề nghị</d>"} | changes
    return packed({name: content for name, content in members.items() if content is not None})


def packed(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def image(kind="JPEG", size=(40, 30), **values):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format=kind, **values)
    return out.getvalue()


def huge_png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def links(target, kind="attachedTemplate"):
    link = f'<Relationship Id="r" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return f"<Relationships>{link}</Relationships>"


LOCKED_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
HOSTILE = [
    ("a.exe", b"MZ", "file_type_refused"),
    ("a.svg", b"<svg onload=x>", "file_type_refused"),
    ("a.html", b"<script>", "file_type_refused"),
    ("a.docm", office(), "file_type_refused"),
    ("a", PDF, "file_type_refused"),
    ("a.pdf", b"", "file_empty"),
    ("a.pdf", b"<html><script>alert(1)</script>", "file_not_its_type"),
    ("a.pdf", b"<html>" + PDF, "file_not_its_type"),
    ("a.pdf", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "file_not_its_type"),
    ("a.pdf", PDF[:20], "file_broken"),
    ("a.pdf", PDF.replace(b"<<>>", b"<</Encrypt 1 0 R>>", 1), "file_locked"),
    ("a.pdf", PDF.replace(b"<<>>", b"<</S /Launch>>", 1), "file_active"),
    ("a.pdf", image("PNG"), "file_not_its_type"),
    ("a.docx", PDF, "file_not_its_type"),
    ("a.docx", LOCKED_OFFICE, "file_locked"),
    ("a.docx", office("xlsx"), "file_not_its_type"),
    ("a.xlsx", office("docx"), "file_not_its_type"),
    ("a.docx", packed({"x.txt": "x"}), "file_not_its_type"),
    ("a.docx", office()[:-30], "file_broken"),
    ("a.docx", office(**{"word/vbaProject.bin": "x"}), "file_macro"),
    ("a.docx", office(**{"[Content_Types].xml": TYPES.replace("main", "macroEnabled.main")}), "file_macro"),
    ("a.xlsx", office("xlsx", **{"xl/activeX/a.xml": "<x/>"}), "file_macro"),
    ("a.docx", office(**{"word/_rels/settings.xml.rels": links("http://evil/t.dotm")}), "file_active"),
    ("a.docx", office(**{"word/_rels/document.xml.rels": links("file:///etc/passwd", "oleObject")}), "file_active"),
    ("a.docx", office(**{"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "file_active"),
    ("a.docx", office(**{"word/document.xml": "\ufeff<!DOCTYPE x>".encode("utf-16")}), "file_broken"),
    ("a.docx", office(**{"../../evil.txt": "x"}), "file_broken"),
    ("a.docx", office(**{"/etc/evil": "x"}), "file_broken"),
    ("a.docx", office(**{"C:\\evil": "x"}), "file_broken"),
    ("a.docx", office(**{"word/zeros.xml": b"\0" * (5 * 1024 * 1024)}), "file_bomb"),
    ("a.xlsx", office("xlsx", **{"xl/big.bin": b"\0" * (101 * 1024 * 1024)}), "file_bomb"),
    ("a.docx", office(**{f"word/{n}.xml": "" for n in range(2000)}), "file_too_many_parts"),
    ("a.jpg", PDF, "file_not_its_type"),
    ("a.jpg", image("PNG"), "file_not_its_type"),
    ("a.png", image("JPEG"), "file_not_its_type"),
    ("a.jpg", image()[:200], "file_broken"),
    ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_not_its_type"),
    ("a.png", huge_png(50_000, 50_000), "image_too_large"),
    ("a.png", huge_png(8_000, 5_001), "image_too_large"),
]


@pytest.fixture
def world(make):
    class World:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon")
        event = make.event(commune, invited=(village,))
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        secretary = make.user("Phạm Thị Thư", (Role.SECRETARY, commune))

    return World()


@pytest.fixture
def ctx(world, context_of):
    return context_of(world.nominator, world.village, event=world.event)


@pytest.fixture
def row(ctx):
    made = nominations.start(ctx, award_code="GIAY_KHEN", kind="individual")
    db.session.commit()
    return made


@pytest.fixture
def add(app, ctx, row):
    def one(name, content, *, part="TO_TRINH", **config):
        return attachments.add(
            ctx, row.key, part, stream=io.BytesIO(content), name=name, config={**app.config, **config}
        )

    return one


def stored(app):
    folder = app.config["FILES_DIR"]
    return sorted(os.path.join(base, name) for base, _dirs, names in os.walk(folder) for name in names)


def test_each_hostile_file_is_refused_with_its_reason_and_leaves_nothing(app, add):
    before = stored(app)
    answers = {}
    for at, (name, content, _code) in enumerate(HOSTILE):
        with pytest.raises(Refused) as refused:
            add(name, content)
        answers[at, name] = refused.value.objections[0].code
    assert answers == {(at, name): code for at, (name, _content, code) in enumerate(HOSTILE)}
    assert stored(app) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0


def test_good_files_of_every_type_are_kept_whole(app, add):
    for name, content, media_type in (
        ("Tờ trình.PDF", PDF, "application/pdf"),
        ("đơn.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("bảng.xlsx", office("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("liên kết.docx", office(**{"word/_rels/d.xml.rels": links("https://x.vn", "hyperlink")}), None),
    ):
        file = add(name, content)
        db.session.commit()
        path = attachments.store_of(app.config).path(file.storage_id)
        assert path.read_bytes() == content
        assert (file.name, file.size, oct(path.stat().st_mode)[-3:]) == (name, len(content), "600")
        assert media_type in (None, file.media_type)
        assert name not in str(path)


def test_images_are_written_anew_without_what_the_camera_knew(app, ctx, add):
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x0112] = 6  # turned by a quarter
    file = add("ảnh.jpg", image(exif=exif, comment=b"nha toi o day"))
    db.session.commit()
    _row, content = attachments.read_file(ctx, file.key, config=app.config)
    assert b"Secret Camera" not in content
    assert b"nha toi" not in content
    kept = Image.open(io.BytesIO(content))
    assert (kept.size, dict(kept.getexif())) == ((30, 40), {})
    assert attachments.read_file(ctx, add("hình.png", image("PNG")).key, config=app.config)[1][:4] == b"\x89PNG"


def test_size_limits_of_a_file_and_of_a_dossier(add):
    with pytest.raises(Refused) as refused:
        add("a.pdf", PDF + b"x" * 2_000_000 + b"%%EOF", UPLOAD_LIMIT=1_000_000)
    assert (refused.value.objections[0].code, refused.value.kind) == ("file_too_large", "too_large")
    add("a.pdf", PDF, DOSSIER_LIMIT=len(PDF))
    with pytest.raises(Refused) as refused:
        add("b.pdf", PDF, DOSSIER_LIMIT=2 * len(PDF) - 1)
    assert refused.value.objections[0].code == "dossier_too_large"


def test_only_parts_that_the_unit_attaches(add):
    for part in ("BB_HOP_HD", "X", ""):
        with pytest.raises(Refused) as refused:
            add("a.pdf", PDF, part=part)
        assert refused.value.objections[0].code == "unknown_part"
    for n in range(attachments.MOST_PER_PART):
        add(f"{n}.pdf", PDF)
    with pytest.raises(Refused) as refused:
        add("a.pdf", PDF)
    assert refused.value.objections[0].code == "too_many_files"


def test_a_full_disk_is_said_and_nothing_is_half_there(app, add, monkeypatch):
    monkeypatch.setattr(file_store.shutil, "disk_usage", lambda _folder: _Usage())
    before = stored(app)
    with pytest.raises(Refused) as refused:
        add("a.pdf", PDF)
    assert (refused.value.objections[0].code, refused.value.kind) == ("disk_full", "disk_full")
    assert stored(app) == before


class _Usage:
    total, free = 100 * 1024**3, 100 * 1024**2


@pytest.mark.parametrize("place", ["upload.after_temp", "upload.after_rename"])
def test_a_failure_between_the_steps_leaves_no_row(app, add, place):
    failpoints.arm(f"{place}=raise")
    try:
        with pytest.raises(failpoints.FailpointReached):
            add("a.pdf", PDF)
    finally:
        failpoints.arm("")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0
    assert not [path for path in stored(app) if path.endswith((".in", ".out"))]


def test_a_removed_file_is_kept_and_no_longer_given_out(app, ctx, row, add):
    file = add("a.pdf", PDF)
    attachments.remove(ctx, row.key, file.key)
    db.session.commit()
    with pytest.raises(NotFound):
        attachments.read_file(ctx, file.key, config=app.config)
    assert attachments.store_of(app.config).read(file.storage_id) == PDF
    assert attachments.held_files(ctx, row) == []
    actions = db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)).all()
    assert actions[-2:] == ["attachment.add", "attachment.remove"]


def test_after_sending_nothing_is_added_or_taken_out(ctx, row, add):
    file = add("a.pdf", PDF)
    row.state = "submitted"
    db.session.commit()
    for act in (lambda: add("b.pdf", PDF), lambda: attachments.remove(ctx, row.key, file.key)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.objections[0].code == "not_editable"


def test_a_byte_changed_on_disk_is_noticed(app, ctx, add):
    file = add("a.pdf", PDF)
    db.session.commit()
    attachments.store_of(app.config).path(file.storage_id).write_bytes(PDF.replace(b"1.4", b"1.5"))
    with pytest.raises(Refused) as refused:
        attachments.read_file(ctx, file.key, config=app.config)
    assert (refused.value.code, refused.value.kind) == ("file_damaged", "conflict")


def test_files_follow_their_dossier(world, ctx, row, add, context_of, app):
    file = add("a.pdf", PDF)
    db.session.commit()
    organiser = context_of(world.secretary, world.commune)
    with pytest.raises(NotFound):
        attachments.read_file(organiser, file.key, config=app.config)
    row.state, row.receipt_at = "submitted", ctx.now
    db.session.commit()
    assert attachments.read_file(organiser, file.key, config=app.config)[1] == PDF


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Đề nghị khen thưởng.docx", "Đề nghị khen thưởng.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\đơn.pdf", "đơn.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("De\u0302\u0300 nghi\u0323.pdf", "Đề nghị.pdf".replace("Đ", "D")),
        (".pdf", "tep.pdf"),
        ("", "tep"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("\ud800.pdf", "tep.pdf"),
    ],
)
def test_names_are_for_display_only(raw, expected):
    assert attachments.clean_name(raw) == expected
