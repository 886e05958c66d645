"""Documents: what is taken in is one of four types, whole, passive, not vast; all else is refused with its cure (ASVS 5
5.2.1-5.2.6, 5.3, 5.4.3)."""

import io
import zipfile

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.people import contents
from shared.events import Refused
from shared.runtime import problems
from tests.services import people_world
from tests.services.people_world import pdf, picture, saved

PDF, JPEG, PNG, HEIC = pdf(3), picture("JPEG"), picture("PNG"), picture("HEIF")
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + contents.EICAR + b"!$H+H*"


def refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        contents.judge(content)
    assert caught.value.code == code
    for lang in ("id", "en"):
        assert problems.sentence(code, lang) != code


def archive(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "pages"), [(PDF, "pdf", 3), (JPEG, "jpeg", 1), (PNG, "png", 1), (HEIC, "heic", 1)]
)
def test_the_four_types_are_taken_by_their_content(content: bytes, kind: str, pages: int) -> None:
    """ASVS 5.2.2: nobody asks for a file's name, so a wrong extension is no lie."""
    assert contents.judge(content) == (kind, pages)


@pytest.mark.parametrize(
    "content",
    [b"GIF89a" + bytes(20), b"MZ" + bytes(100), b"<html><script>", b"\x7fELF", b" %PDF-1.7", b"RIFF\0\0\0\0WEBPVP8 ",
     b"\0\0\0\x18ftypisom", archive(b"ijazah"), archive(bytes(50_000_000))],
)  # fmt: skip
def test_any_other_type_is_refused_also_a_bomb_of_zeros(content: bytes) -> None:
    """ASVS 5.2.3: what unpacks is never unpacked."""
    refused(content, "document.type")


def test_an_empty_file_is_refused() -> None:
    refused(b"", "document.empty")


@pytest.mark.parametrize("content", [EICAR, JPEG + EICAR, PDF + EICAR, pdf(1) + b"\n%" + EICAR])
def test_the_test_virus_is_refused(content: bytes) -> None:
    """ASVS 5.4.3."""
    refused(content, "document.malware")


@pytest.mark.parametrize(
    "content",
    [PDF + archive(b"x"), JPEG + archive(b"x"), PNG + archive(b"x"), HEIC + archive(b"x"), PNG + b"#!/bin/sh",
     PNG + archive(b"x") + b"PK\x05\x06" + bytes(18),
     JPEG[:2] + b"\xff\xfe\x00\x0a%PDF-1.7" + JPEG[2:], JPEG + archive(b"x") + bytes(99)],
)  # fmt: skip
def test_one_file_that_is_two_is_refused(content: bytes) -> None:
    refused(content, "document.two_in_one")


@pytest.mark.parametrize("content", [PDF, JPEG, PNG, HEIC])
def test_what_is_cut_off_is_refused(content: bytes) -> None:
    for part in (content[: len(content) // 3], content[: len(content) // 2], content[:16]):
        refused(part, "document.damaged")


@settings(max_examples=40)
@given(st.sampled_from([PDF, JPEG, PNG, HEIC]), st.data())
def test_whatever_is_changed_the_answer_is_a_judgement_or_a_sentence(content: bytes, data: st.DataObject) -> None:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        contents.judge(bytes(changed))
    except Refused as caught:
        if caught.code not in problems.SENTENCES:
            pytest.fail(caught.code)


@pytest.mark.parametrize("size", [(50_000, 50_000), (50_000, 1_001), (2**31 - 1, 2**31 - 1)])
def test_a_vast_picture_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    """ASVS 5.2.6."""
    with pytest.raises(Refused, match=r"document\.(too_many_dots|damaged)"):
        contents.judge(people_world.vast_png(*size))
    if max(size) <= 50_000:
        refused(people_world.vast_png(*size), "document.too_many_dots")


SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = "<< /S /Launch /F (cmd.exe) >>"
FILE = "<< /Type /Filespec /F (a.exe) /EF << >> >>"


@pytest.mark.parametrize(
    "root",
    [
        {"OpenAction": SCRIPT},
        {"OpenAction": LAUNCH},
        {"AA": f"<< /WC {SCRIPT} >>"},
        {"Names": f"<< /JavaScript << /Names [(a) {SCRIPT}] >> >>"},
        {"Names": f"<< /EmbeddedFiles << /Names [(a) {FILE}] >> >>"},
        {"AF": f"[{FILE}]"},
        {"AcroForm": "<< /XFA (x) >>"},
        {"Far": f"[[<< /A [{LAUNCH}] >>]]"},
        {"Next": "<< /S /SubmitForm >>"},
        {"Disguised": "<< /S /J#61vaScript >>"},
    ],
)
def test_a_pdf_that_does_something_is_refused(root: dict[str, str]) -> None:
    """ASVS 5.3.2: scripts, launches, embedded files, wherever they hang."""
    refused(pdf(1, root), "document.active")


def test_a_name_in_disguise_is_the_name() -> None:
    """`/#4aS` is `/JS`."""
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.OpenAction = pikepdf.Object.parse(b"<< /S /GoTo /JS (x) >>")
    plain = saved(made, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"/JS" in plain
    refused(plain.replace(b"/JS", b"/#4aS"), "document.active")


def test_an_action_that_nothing_leads_to_is_found_too() -> None:
    """A later revision of the file may lead to it."""
    plain = pdf()
    loose = b"9 0 obj\n" + LAUNCH.encode() + b"\nendobj\n"
    head, tail = plain.split(b"\n", 1)
    refused(head + b"\n" + loose + tail, "document.active")


def test_a_link_to_a_page_or_a_site_is_no_action() -> None:
    for action in ("<< /S /GoTo /D [0 /Fit] >>", "<< /S /URI /URI (https://contoh.example) >>"):
        assert contents.judge(pdf(1, {"OpenAction": action})).pages == 1


@pytest.mark.parametrize(("user", "owner"), [("secret", "secret"), ("", "secret")])
def test_a_protected_pdf_is_refused_with_its_cure(user: str, owner: str) -> None:
    made = pikepdf.new()
    made.add_blank_page()
    locked = saved(made, encryption=pikepdf.Encryption(user=user, owner=owner))
    refused(locked, "document.locked")


def test_a_pdf_that_grows_is_refused_before_it_has_grown() -> None:
    """ASVS 5.2.3: an object stream of 100 MB in 100 kB."""
    refused(people_world.bomb_pdf(100), "document.bomb")


CROWD = [b"[", *[b"<<>>" * 1_000] * 90, b"]"]


@pytest.mark.parametrize(
    "objects",
    [
        [[b"[", *[b"<<>>" * 1_000] * 1_000, b"]"]],
        [CROWD, CROWD],
        [[b"[", *CROWD, *CROWD, b"]"]],
        [[b"[", *CROWD * 10, b"]"]] * 40,
        [[b"[", *[b"1 " * 1_000] * 90, b"]"]] * 7,
    ],
    ids=["one array", "two arrays", "arrays in an array", "many streams", "numbers"],
)
def test_a_pdf_of_a_few_kilobytes_that_holds_a_crowd_is_refused(objects: list[list[bytes]]) -> None:
    """ASVS 5.2.3: what stands within an object counts, before it is looked at. Of many, most are never read."""
    refused(people_world.packed_pdf(*objects), "document.bomb")
    assert contents.judge(people_world.packed_pdf([b"[", *[b"<<>>"] * 1_000, b"]"])) == ("pdf", 1)


def test_a_vast_picture_in_a_pdf_and_a_pdf_without_end_are_refused() -> None:
    refused(pdf(1, {"Picture": "<< /Subtype /Image /Width 50000 /Height 50000 >>"}), "document.bomb")
    refused(pdf(1, {"Deep": "[" * 200 + "]" * 200}), "document.bomb")
    refused(pdf(501), "document.too_many_pages")
    refused(pdf(0), "document.damaged")
