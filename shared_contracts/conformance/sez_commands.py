"""The command ``registry conformance run``: examines a SEZ."""

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
    """Enter the command group ``conformance`` of the side that examines a SEZ."""
    group = new_group(app, "conformance", "The kit that examines a SEZ.")
    group.command("run")(run_on_sez)
    group.command("verify")(verify_session)


def run_on_sez(
    sez: Annotated[str, typer.Option(help="Address of the SEZ.")] = "",
    suite: Suites = None,
    case: Cases = None,
    keys: Keys = Path(".run/authority"),
    system: Annotated[str, typer.Option(help="Name of the key that the SEZ pins.")] = "registry",
    code: Annotated[str, typer.Option(help="Code of the SEZ in the register.")] = "SEZ01",
    behind: Annotated[
        str | None, typer.Option(help="The stand's Registry, to which the kit passes on.")
    ] = None,
    listen: Annotated[
        str, typer.Option(help="Where the SEZ finds its Registry: the kit before it.")
    ] = "127.0.0.1:8404",
    hook: Hook = None,
    patience: Patience = 0.0,
    timeout: Timeout = 30.0,
    environment: Environment = Environment.STAND,
    json: JsonFile = None,
    junit: JunitFile = None,
    session: SignedFile = None,
    pdf: PdfFile = None,
    lang: Language = Language.EN,
    *,
    list_them: Listing = False,
) -> None:
    """Examine a SEZ; 0 all passed, 1 a case failed, 2 not all could be run."""
    from shared_contracts.conformance.sez_session import SezKit, examine_sez  # noqa: PLC0415  # other commands start faster

    wanted = SessionWanted(tuple(suite or ()), tuple(case or ()), lang, list_them=list_them)
    wanted.json, wanted.junit, wanted.signed, wanted.pdf = json, junit, session, pdf
    wanted.hook, wanted.patience, wanted.timeout = hook, patience, timeout
    kit = SezKit(sez, keys, system, code, environment, behind, listen)
    with ending():
        raise typer.Exit(examine_sez(kit, wanted))
