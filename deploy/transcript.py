"""The transcript of a demonstration: what was told, what was seen, and whether the two agree."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared_contracts import astana_time
from shared_contracts.errors import Defect


@dataclass(slots=True)
class Transcript:
    """A story in Markdown, written as it goes, so that a failure leaves what was told so far."""

    path: Path
    lines: list[str] = field(default_factory=list)

    def part(self, title: str, *told: str) -> None:
        """Begin a part, which is several chapters, and tell what it is about."""
        print(f"\n{title}", flush=True)
        self._write("", f"## {title}", "", *told, "")

    def chapter(self, title: str, *told: str) -> None:
        """Begin a chapter and tell what will happen."""
        print(f"• {title}", flush=True)
        self._write("", f"### {title}", "", *told, "")

    def expect(self, sentence: str, *, seen: object, expected: object) -> None:
        """Say what was seen; ``Defect`` where it is not what was expected."""
        agrees = seen == expected
        mark = "✔" if agrees else "✘"
        print(f"    {mark} {sentence}", flush=True)
        self._write(f"- {mark} {sentence}" + ("" if agrees else f" (seen: `{seen}`)"))
        if not agrees:
            raise Defect(f"{sentence}: seen {seen!r}, expected {expected!r}")

    def show(self, title: str, content: Any) -> None:
        """Show a piece of JSON."""
        text = json.dumps(content, ensure_ascii=False, indent=2)
        self._write("", f"{title}:", "", "```json", text, "```", "")

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Show a table."""
        lines = (f"| {' | '.join(row)} |" for row in (headings, ["---"] * len(headings), *rows))
        self._write("", *lines, "")

    def say(self, *sentences: str) -> None:
        """Tell something in passing."""
        self._write("", *sentences, "")

    def begin(self, title: str, *told: str) -> None:
        """Begin the transcript."""
        print(title, flush=True)
        when = astana_time.wire_text(astana_time.now())
        self._write(f"# {title}", "", f"Begun {when}, Astana time.", "", *told, "")

    def _write(self, *lines: str) -> None:
        for line in lines:
            if line or self.lines[-1:] != [""]:  # one empty line is enough
                self.lines.append(line)
        self.path.write_text("\n".join(self.lines) + "\n")
