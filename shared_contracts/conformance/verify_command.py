"""The command ``contracts conformance verify``: whether a session is what its signer signed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from shared_contracts.errors import BadInput
from shared_contracts.language import Language
from shared_contracts.process.command_line import ExitCode, ending, failed, new_group
from shared_contracts.visible import visible


def add_to(app: typer.Typer) -> None:
    """Enter the commands of ``contracts conformance``."""
    group = new_group(app, "conformance", "Sessions of the conformance kits.")
    group.command("verify")(verify_session)
    group.command("schema")(show_schema)


def verify_session(
    file: Annotated[Path, typer.Argument(help="What `conformance run --session` wrote.")],
    profile: Annotated[
        Path | None, typer.Option(help="Trust profile; else the certificate is not judged.")
    ] = None,
    signer: Annotated[
        Path | None, typer.Option(help="The certificate that must have signed, PEM.")
    ] = None,
    lang: Language = Language.EN,
    *,
    content: Annotated[bool, typer.Option(help="Write out the session's JSON alone.")] = False,
) -> None:
    """Check a signed session; no running system is needed.

    0 it is what its signer signed, 1 it is not, 2 it cannot be read.
    """
    from shared_contracts.conformance.sealed_session import BrokenSeal, unseal  # noqa: PLC0415  # other commands start faster
    from shared_contracts.conformance.session_trust import judge, signer_line  # noqa: PLC0415  # the same
    from shared_contracts.conformance.telling import said, total_line  # noqa: PLC0415  # the same

    with ending():
        data = file.read_bytes()
        _demand_json(file, data)
        try:
            sealed = unseal(data)
        except BrokenSeal as broken:
            raise failed(str(broken), ExitCode.REFUSED) from broken
        doubt = judge(sealed, profile, signer)
    if content:
        typer.echo(sealed.content.decode(), nl=False)
    else:
        typer.echo(said("holds", lang))
        typer.echo(visible(f"{said('signer', lang)} {signer_line(sealed)}"))
        session = sealed.session
        where = f"{session.examined} {session.address} {session.began_at.isoformat()}"
        typer.echo(visible(where))
        typer.echo(f"{session.verdict}: {total_line(session, lang)}")
    if doubt is not None:
        raise failed(f"{said('doubted', lang)}: {doubt}", ExitCode.REFUSED)
    if profile is None and signer is None:
        typer.echo(said("untrusted", lang), err=True)


def _demand_json(file: Path, data: bytes) -> None:
    """``BadInput`` for a file that is no JSON; what is JSON is judged by its signature."""
    try:
        json.loads(data)
    except (ValueError, RecursionError) as flaw:
        raise BadInput(f"{file} is not JSON: {flaw}") from flaw


def show_schema() -> None:
    """Write the JSON Schema of a session to standard output."""
    from shared_contracts.conformance.session import published_schema  # noqa: PLC0415  # other commands start faster

    typer.echo(published_schema(), nl=False)
