"""Both admissions as the demonstration plays them: to the act, by documents that parties sign."""

import re
from pathlib import Path

import pypdf
import pytest

from deploy.story.admission import admissions_are_played
from deploy.story.player import Player
from deploy.transcript import Transcript
from tests.clauses import clause
from tests.journeys.stand import running_stand
from tests.pki import Pki
from tests.postgres import Databases


@pytest.fixture(scope="module")
def admitted(pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the story of both admissions has left its documents and its diary."""
    folder: Path = tmp_path_factory.mktemp("admission")
    with running_stand(pki, folder, databases) as stand:
        admissions_are_played(Player(stand, Transcript(folder / "transcript.md"), folder))
    return folder / "admission"


@clause("S95-9c", "S95-13.2", "S95-13.6", "S95-16.1b", "S95-16.2", "S216-6.2c", "S216-7.3")
@clause("S216-7.5", "S216-8.1b", "S216-8.2b", "S216-8.3b", "S216-10", "S216-11b")
def test_every_document_of_both_admissions_lies_there_for_people_and_signed(
    admitted: Path,
) -> None:
    found = {one.name: sorted(path.stem for path in one.glob("*.pdf")) for one in folders(admitted)}
    assert {name: len(files) for name, files in found.items()} == {
        "order-216": 11, "order-216-returned": 2, "order-95": 14,
    }  # fmt: skip
    for one in folders(admitted):
        assert sorted(path.stem for path in one.glob("*.asice")) == found[one.name]
    protocol = next(admitted.glob("order-95/*-acceptance-tests-1.pdf"))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(protocol).pages)
    assert "Экземпляры: 3 (S95-16.1b)" in text


def test_the_diary_tells_each_term_with_its_days_and_who_kept_it(admitted: Path) -> None:
    diary = (admitted / "diary.md").read_text()
    terms = re.findall(r"^### (\S+) \(\S+\): .*, (\w+)$", diary, re.MULTILINE)
    assert {status for _, status in terms} == {"KEPT", "LOOKED_BACK"}
    assert {name for name, _ in terms} >= {
        "D-S95-APP", "D-S95-TRIAL", "D-S95-ACT", "D-APP", "D-FIX-F", "D-START8", "D-ACC",
    }  # fmt: skip
    assert diary.count("Ended by") == len(terms) - 1
    assert re.search(r"^\| \d{4}-\d\d-\d\d \| 20 \| working day \|", diary, re.MULTILINE)
    assert re.search(r"^\| \d{4}-\d\d-\d\d \| skipped \| (holiday|weekend)", diary, re.MULTILINE)


def folders(admitted: Path) -> list[Path]:
    """The folders of the applications."""
    return sorted(one for one in admitted.iterdir() if one.is_dir())
