"""The pages of the guide: which files are made, and the parts of pages that are."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.guide import tables
from tests.guide.cases import CASES, GuideCase, SampleSender, outcome, shown
from tests.guide.documents import DOCUMENTS, written
from tests.xsd import sources

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "vendor-guide"
ANSWERS = GUIDE / "samples" / "answers"

PARTS: Mapping[str, Callable[[], str]] = {
    "faults": tables.faults,
    "keys": tables.keys,
    "limits": tables.limits,
    "operations": tables.operations,
    "cases": lambda: tables.table(("what is sent", "answered by", "answer"), map(_case, CASES)),
    "documents": lambda: tables.table(("sample", "object", "root"), map(_sample, DOCUMENTS)),
    "schemas": lambda: "".join(f"- [{name}](fields/{name}.md)\n" for name in _with_fields()),
}
"""What stands between ``<!-- made: NAME -->`` and ``<!-- end -->``."""

PART = re.compile(r"(?s)(<!-- made: (\w+) -->\n).*?(<!-- end -->)")


def _case(case: GuideCase) -> tuple[str, ...]:
    answer = f"[{case.name}.xml](samples/answers/{case.name}.xml)"
    return (case.what, f"`{case.answered}`", answer)


def _sample(name: str) -> tuple[str, ...]:
    document = DOCUMENTS[name]
    return (
        f"[{name}.xml](samples/documents/{name}.xml)",
        f"`{document.act.object_type}`",
        f"`{type(document).__name__}`",
    )


def _with_fields() -> list[str]:
    return [name for name in sources() if "complexType" in {_tag(one) for one in sources()[name]}]


def _tag(element: object) -> str:
    return str(getattr(element, "tag", "")).rpartition("}")[2]


def made() -> dict[Path, str]:
    """Every file of the guide that follows from the code, by its path, with what it must hold."""
    files = {GUIDE / "fields" / f"{name}.md": tables.fields(name) for name in _with_fields()}
    files[GUIDE / "fields" / "types.md"] = f"# Simple types\n\n{tables.values()}"
    files[GUIDE / "codes.md"] = _codes()
    for name, document in DOCUMENTS.items():
        files[GUIDE / "samples" / "documents" / f"{name}.xml"] = written(document)
    for page in sorted(GUIDE.glob("*.md")):
        if page not in files:
            files[page] = filled(page.read_text("utf-8"))
    return files


def filled(page: str) -> str:
    """A page with its parts made anew."""
    return PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}{found[3]}", page)


def _codes() -> str:
    return (
        "# Codes\n\nMade from the catalogue of rules; the closed lists of the schemas are in "
        "[fields/types.md](fields/types.md), the faults in [3-sequence-and-retry.md]"
        "(3-sequence-and-retry.md).\n\n# Words\n\n"
        f"{tables.words()}\n# Values that rules know\n\n{tables.parameters()}\n# Findings\n\n"
        f"{tables.findings()}"
    )


def answers(sender: SampleSender) -> dict[Path, str]:
    """What a Registry answers now to each message of the guide, as the guide shows it."""
    told = {}
    for case in CASES:
        answer = case.send(sender)
        assert outcome(answer) == case.answered, (case.name, outcome(answer))
        told[ANSWERS / f"{case.name}.xml"] = shown(answer)
    return told
