"""What a person types becomes a question, or a flaw with its cure."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared_contracts.astana_time import now
from shared_contracts.explaining.file_question import (
    FileQuestion,
    asking,
    read_moment,
    read_signed,
)
from shared_contracts.explaining.wording import Unusable
from shared_contracts.language import Language
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages.document import DocumentKind
from tests.pki import Pki


def test_a_moment_is_read_with_its_offset_and_the_present_one_if_none_is_written() -> None:
    assert read_moment("2026-09-02T10:00:00+05:00").utcoffset() == timedelta(hours=5)
    assert abs(read_moment("") - now()) < timedelta(seconds=5)


@pytest.mark.parametrize("written", ["2026-09-02T10:00:00", "2026-09-02", "yesterday"])
def test_a_moment_without_an_offset_is_no_moment(written: str) -> None:
    with pytest.raises(Unusable) as flaw:
        read_moment(written)
    assert flaw.value.code == "MOMENT"
    assert written in flaw.value.in_language(Language.KK)


def test_a_question_names_for_whom_and_as_what() -> None:
    question = FileQuestion(now(), None).about(["050240015330"], DocumentKind.SYSTEM)
    assert (question.expected, question.kind) == (("050240015330",), DocumentKind.SYSTEM)


@pytest.mark.parametrize("number", ["12345", "05024001533٠", "0502400153301", "BIN050240015"])
def test_a_number_has_twelve_digits(number: str) -> None:
    with pytest.raises(Unusable, match="twelve digits"):
        FileQuestion(now(), None).about([number], None)


@pytest.mark.parametrize(
    ("profile", "offline", "code"),
    [
        ("absent.toml", None, "PROFILE"),
        (None, "saved", "OFFLINE_ALONE"),
        ("trust", "absent", "OFFLINE"),
        ("trust", "broken", "OFFLINE"),
    ],
)
def test_a_profile_and_a_folder_must_be_usable(
    pki: Pki, tmp_path: Path, profile: str | None, offline: str | None, code: str
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "answer.der").write_bytes(b"no answer")
    trust = pki.trust if profile == "trust" else profile and tmp_path / profile
    folder = tmp_path / offline if offline else None
    with pytest.raises(Unusable) as flaw, asking("", Path(trust) if trust else None, folder):
        pass
    assert flaw.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "FILE"),
        (b"\x89PNG", "NOT_XML"),
        (b"<a>", "NOT_XML"),
        (b" " * (MESSAGE_BYTES + 1), "TOO_LARGE"),
        (b"<a>" * 65 + b"</a>" * 65, "LIMITS"),
        (b"<a>" + b"<b/>" * 500_001 + b"</a>", "LIMITS"),
    ],
)
def test_a_file_must_be_xml_of_a_size_that_a_message_may_have(
    tmp_path: Path, data: bytes | None, code: str
) -> None:
    path = tmp_path / "file.xml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Unusable) as flaw:
        read_signed(path)
    assert flaw.value.code == code


@pytest.mark.parametrize(("language", "word"), [("kk", "бұл қалта"), ("ru", "это папка")])
def test_a_folder_in_the_place_of_a_file_is_told_in_the_readers_language(
    tmp_path: Path, language: str, word: str
) -> None:
    with pytest.raises(Unusable) as flaw:
        read_signed(tmp_path)
    assert word in flaw.value.in_language(Language(language))


def test_a_document_type_is_left_to_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "file.xml"
    path.write_bytes(b"<!DOCTYPE a><a/>")
    assert read_signed(path) == b"<!DOCTYPE a><a/>"
