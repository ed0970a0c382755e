"""The command ``sez conformance run``: examines a Registry."""

from pathlib import Path
from typing import Annotated

import typer

from shared_contracts.conformance.command_options import (
    Cases,
    Hook,
    JsonFile,
    JunitFile,
    Keys,
    Listing,
    Patience,
    PdfFile,
    SessionWanted,
    SignedFile,
    Suites,
    Timeout,
)
from shared_contracts.conformance.verify_command import verify_session
from shared_contracts.language import Language
from shared_contracts.messages.document import Environment
from shared_contracts.process.command_line import ending, new_group


def add_to(app: typer.Typer) -> None:
    """Enter the command group ``conformance`` of the side that examines a Registry."""
    group = new_group(app, "conformance", "The kit that examines a Registry.")
    group.command("run")(examine_registry)
    group.command("verify")(verify_session)


def examine_registry(
    registry: Annotated[str, typer.Option(help="Address of the Registry.")] = "",
    suite: Suites = None,
    case: Cases = None,
    keys: Keys = Path(".run/authority"),
    system: Annotated[str, typer.Option(help="Name of the key as which the kit speaks.")] = "sez2",
    code: Annotated[str, typer.Option(help="Code of that SEZ in the register.")] = "SEZ02",
    numbers: Annotated[
        Path | None, typer.Option(help="File with the next number of the sequence.")
    ] = None,
    listen: Annotated[
        str | None, typer.Option(help="Where the kit's SEZ is audited: 127.0.0.1:8405.")
    ] = None,
    hook: Hook = None,
    patience: Patience = 0.0,
    timeout: Timeout = 30.0,
    packages: Annotated[int, typer.Option(min=1, max=10_000, help="Of suite load.")] = 200,
    late: Annotated[float, typer.Option(min=0.01, help="Seconds, of suite load.")] = 5.0,
    environment: Environment = Environment.STAND,
    json: JsonFile = None,
    junit: JunitFile = None,
    session: SignedFile = None,
    pdf: PdfFile = None,
    lang: Language = Language.EN,
    *,
    list_them: Listing = False,
) -> None:
    """Examine a Registry; 0 all passed, 1 a case failed, 2 not all could be run."""
    from shared_contracts.conformance.registry_session import RegistryKit, examine  # noqa: PLC0415  # other commands start faster

    wanted = SessionWanted(tuple(suite or ()), tuple(case or ()), lang, list_them=list_them)
    wanted.json, wanted.junit, wanted.signed, wanted.pdf = json, junit, session, pdf
    wanted.hook, wanted.patience, wanted.timeout = hook, patience, timeout
    kit = RegistryKit(registry, keys, system, code, environment)
    kit.numbers, kit.packages, kit.late, kit.listen = numbers, packages, late, listen
    with ending():
        raise typer.Exit(examine(kit, wanted))
