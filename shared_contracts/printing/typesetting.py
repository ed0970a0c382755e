"""The process that sets one document: it reads what to set as JSON, and writes the PDF.

``python -m shared_contracts.printing.typesetting`` with memory and time bounded before
anything is set; exit code 0, or 1 with why on stderr. It reads the templates and the font, and
nothing else.
"""

import resource
import sys
from pathlib import Path

import fontpkg_noto_sans
import msgspec
import typst

TEMPLATES = Path(__file__).parent / "templates"
TOO_LARGE = 4
"""Exit code where the memory does not suffice and that could still be told."""


class Typesetting(msgspec.Struct, frozen=True, kw_only=True):
    """One document to be set: ``at`` in whole seconds since 1970, ``inputs`` for its template.

    ``memory`` is bytes of address space, ``seconds`` those of computing that the process has.
    """

    template: str
    at: int
    memory: int
    seconds: int
    inputs: dict[str, str]


def typeset(wanted: Typesetting) -> bytes:
    """The document as PDF/A-3a; the same input gives the same bytes."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(fontpkg_noto_sans.ROOT)],
    )
    made = typst.compile(
        TEMPLATES / f"{wanted.template}.typ",
        root=TEMPLATES,
        format="pdf",
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=wanted.inputs,
        pdf_standards=["a-3a"],
        timestamp=wanted.at,
    )
    if not isinstance(made, bytes):
        raise TypeError("the document came as pages and not as one file")
    return made


def main() -> int:
    """Set the document of standard input."""
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Typesetting)
    resource.setrlimit(resource.RLIMIT_AS, (wanted.memory, wanted.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (wanted.seconds, wanted.seconds))
    try:
        made = typeset(wanted)
    except MemoryError:
        return TOO_LARGE
    except RuntimeError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
