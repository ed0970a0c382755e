"""The options that the commands of both kits share."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from shared_contracts.conformance.case import Suite
from shared_contracts.language import Language

Suites = Annotated[list[Suite] | None, typer.Option("--suite", help="May be repeated.")]
Cases = Annotated[list[str] | None, typer.Option("--case", help="Id; may be repeated.")]
Keys = Annotated[Path, typer.Option(help="Folder with NAME.key.pem and NAME.pem.")]
Hook = Annotated[str | None, typer.Option(help="Address that has the examined system act.")]
Patience = Annotated[float, typer.Option(min=0, help="Seconds it has to act; 0: 60 or 600.")]
Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds for one answer.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the session as JSON.")]
JunitFile = Annotated[Path | None, typer.Option("--junit", help="Write it as JUnit XML.")]
SignedFile = Annotated[Path | None, typer.Option("--session", help="Write it signed.")]
PdfFile = Annotated[Path | None, typer.Option("--pdf", help="Write it as PDF, kk and ru.")]
Listing = Annotated[bool, typer.Option("--list", help="Only list the cases.")]


@dataclass
class SessionWanted:
    """What a command was asked for, of either side: which cases, told how, written where."""

    suites: tuple[Suite, ...]
    case_ids: tuple[str, ...]
    language: Language
    list_them: bool = field(kw_only=True)
    json: Path | None = None
    junit: Path | None = None
    signed: Path | None = None
    pdf: Path | None = None
    hook: str | None = None
    patience: float = 0.0
    timeout: float = 30.0
