"""The command ``contracts``: what both sides have agreed upon, for those who check it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shared_contracts import proof_cli
from shared_contracts.conformance import verify_command
from shared_contracts.errors import Diagnosed
from shared_contracts.explaining.wording import WORDS, Unusable
from shared_contracts.faults import Unprocessed
from shared_contracts.language import Language
from shared_contracts.messages import published
from shared_contracts.messages.document import DocumentKind
from shared_contracts.process import decipher_command
from shared_contracts.process.command_language import word
from shared_contracts.process.command_line import (
    AsJson,
    ExitCode,
    ending,
    new_app,
    new_group,
    show,
)
from shared_contracts.rules.catalogue import CATALOGUE, fault_wording

app = new_app("contracts", "What both sides have agreed upon, for those who check it.")
trust = new_group(app, "trust", "Trust profiles: whose certificates are believed.")
proof_cli.add_to(app)
verify_command.add_to(app)
decipher_command.add_to(app)

At = Annotated[str, typer.Option(help="Moment to judge for, with offset; now if left out.")]
RULES = (
    ("rule", "rule_id"),
    ("stage", "stage"),
    ("severity", "severity"),
    ("source", "source"),
    ("text", "text"),
)
COLUMNS = {
    "fields": (("field", "name"), ("type", "type"), ("times", "times"), ("meaning", "said")),
    "bounds": (("type", "name"), ("bounds", "bounds"), ("meaning", "said")),
    "codes": (("code", "name"), ("meaning", "said")),
}
"""Of each kind of table of the contract."""


class WsdlService(StrEnum):
    """A service that has a WSDL."""

    REGISTRY = "registry"
    SEZ = "sez"


Lang = Annotated[Language, typer.Option(help="Language of what is said.")]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="XML: a document, package, SOAP message.")],
    at: At = "",
    lang: Lang = Language.EN,
    *,
    as_json: AsJson = False,
) -> None:
    """Hold a file against schema, hashes, counts and rules, a package with its documents.

    0 it fits (warnings are told), 1 it does not, 2 it cannot be read. Signatures: contracts verify.
    """
    from shared_contracts.explaining import checking  # noqa: PLC0415  # other commands start faster
    from shared_contracts.explaining.file_question import read_moment, read_signed  # noqa: PLC0415  # other commands start faster

    with _in_words(lang):
        checked = checking.check(read_signed(file), read_moment(at))
    if as_json:
        typer.echo(checking.as_json(checked))
    else:
        typer.echo("\n".join(checking.as_text(checked, lang)))
    raise typer.Exit(ExitCode.DONE if checked.fits else ExitCode.REFUSED)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Signed XML: a document, package, SOAP message.")],
    at: At = "",
    profile: Annotated[
        Path | None, typer.Option(help="Trust profile; else none is trusted.")
    ] = None,
    offline: Annotated[Path | None, typer.Option(help="Saved OCSP and CRL, not to ask.")] = None,
    lang: Lang = Language.EN,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    number: Annotated[
        list[str] | None, typer.Option("--bin", help="BIN or IIN signed for.")
    ] = None,
    kind: Annotated[DocumentKind | None, typer.Option(help="As what it is signed.")] = None,
    *,
    no_limit: Annotated[bool, typer.Option("--no-limit", help="However long it takes.")] = False,
) -> None:
    """Explain all signatures of an XML file; 0 all passed, 1 one failed, 2 nothing final.

    Of a package also those of the documents within it.
    """
    from shared_contracts.explaining import budget, explain, file_question, rendering  # noqa: PLC0415  # other commands start faster

    with _in_words(lang), file_question.asking(at, profile, offline) as asked:
        question = asked.about(number or (), kind)
        data = file_question.read_signed(file)
        if not no_limit:
            budget.check_work(data, file)
        explanation = explain.explain(data, question)
    if json:
        sys.stdout.buffer.write(rendering.as_json(explanation, str(file), lang) + b"\n")
    else:
        typer.echo("\n".join(rendering.as_text(explanation, lang)))
    raise typer.Exit(explain.EXIT_CODES[explanation.result])


@trust.command("import")
def import_trust(
    certificates: Annotated[list[Path], typer.Argument(help="PEM or DER files.")],
    profile: Annotated[str, typer.Option(help="nuc-rk-test, nuc-rk-prod, or a TOML file.")],
    to: Annotated[Path, typer.Option(help="Folder to write the profile into.")],
    pin: Annotated[list[str] | None, typer.Option(help="SHA-256 of an anchor.")] = None,
    at: At = "",
    lang: Lang = Language.EN,
) -> None:
    """Pin an authority's certificates and write a trust profile; 2 if they cannot be taken."""
    from shared_contracts.explaining import authorities, file_question, rendering, trust_import  # noqa: PLC0415  # other commands start faster

    with _in_words(lang):
        template = trust_import.load_template(profile)
        found = authorities.read_authorities(certificates, file_question.read_moment(at))
        for authority in found:
            typer.echo("\n".join(rendering.authority_as_text(authority, lang)))
        typed = [_typed(one.common_name, lang) for one in trust_import.unpinned(found, pin or ())]
        plan = trust_import.plan_import(template, found, (*(pin or ()), *typed))
        written = trust_import.write_profile(plan, to)
        typer.echo(f"\n{WORDS['authority']['WRITTEN'][lang]}: {written}")


@trust.command("show")
def show_trust(profile: Path, lang: Lang = Language.EN, *, as_json: AsJson = False) -> None:
    """Show whom a trust profile trusts; 2 if it cannot be used."""
    from shared_contracts.explaining import rendering, trust_import  # noqa: PLC0415  # other commands start faster

    with _in_words(lang):
        found = trust_import.open_profile(profile)
        if as_json:
            show(rendering.profile_as_content(found), as_json=True)
        else:
            typer.echo("\n".join(rendering.profile_as_text(found, lang)))


@app.command()
def audit(
    dsn: Annotated[str, typer.Argument(help="The store, by a role that may read it.")],
    certificate: Annotated[
        list[Path] | None,
        typer.Option(help="The system's certificate, PEM or DER: checkpoints are verified."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept outside of the store.")
    ] = None,
    *,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many read; by default the cores.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make leaves, chain, evidence and checkpoints of a store anew, and compare.

    0 all is as recorded, 1 it is not (the first 100 differences are told), 2 it cannot be read.
    """
    from shared_contracts.event_log.auditing import audit as auditing  # noqa: PLC0415  # other commands start faster
    from shared_contracts.event_log.auditing.checkpoints import Notes  # noqa: PLC0415  # other commands start faster
    from shared_contracts.event_log.auditing.finding import as_text  # noqa: PLC0415  # other commands start faster
    from shared_contracts.explaining.notes import reader  # noqa: PLC0415  # other commands start faster

    with ending():
        outside = tuple(one.read_text("utf-8") for one in checkpoint or ())
        notes = Notes(reader(certificate or ()), outside)
        outcome = auditing.audit(dsn, notes=notes, said=_begun, processes=processes)
    typer.echo("\n".join(as_text(outcome, as_json=as_json)))
    raise typer.Exit(ExitCode.REFUSED if outcome.found else ExitCode.DONE)


@app.command()
def rules(lang: Lang = Language.EN, *, as_json: AsJson = False) -> None:
    """List the rules of the catalogue: id, stage, severity, source, wording."""
    rows = [
        {
            "rule_id": rule.rule_id,
            "stage": rule.stage,
            "severity": rule.severity,
            "source": rule.source,
            "text": getattr(rule.text, lang),
            "cure": getattr(rule.cure, lang),
        }
        for rule in CATALOGUE.values()
    ]
    show(rows, RULES, as_json=as_json)


@app.command()
def fields(
    element: Annotated[
        str, typer.Argument(help="Element, type, closed list or field; all if left out.")
    ] = "",
    lang: Lang = Language.EN,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the fields and codes of the contract: type, how often, meaning in three languages.

    Of a field, the types in which it stands. 3 if there is none of this name.
    """
    from shared_contracts.explaining import contract_tables, telling_tables  # noqa: PLC0415  # other commands start faster

    with ending():
        found = (
            contract_tables.tables_about(element) if element else contract_tables.contract_tables()
        )
    if as_json:
        show(telling_tables.as_content(found), as_json=True)
        return
    for one in found:
        typer.echo(telling_tables.heading_of(one, lang))
        if one.rows:
            show(telling_tables.rows_of(one, lang, word), COLUMNS[one.kind.value], as_json=False)
        else:
            typer.echo(word("it has no fields"))
        typer.echo()


@app.command()
def wsdl(
    name: Annotated[WsdlService, typer.Argument(help="Whose service.")],
    address: str = "http://127.0.0.1:8401/soap/",
) -> None:
    """Write a WSDL as it is served to standard output."""
    with ending():
        sys.stdout.buffer.write(published.served_wsdl(name, address))


def _begun(part: str) -> None:
    """Tell a person who waits which part is read now."""
    if sys.stderr.isatty():
        typer.echo(f"reading {part} ...", err=True)


def _typed(authority: str, language: Language) -> str:
    """The fingerprint which the operator types after comparing; nothing if nobody is there."""
    question = f"{authority}. {WORDS['authority']['REPEAT'][language]}"
    try:
        return str(typer.prompt(question, default="", show_default=False, err=True))
    except typer.Abort:
        typer.echo(err=True)  # the question is left on a line of its own
        return ""


@contextmanager
def _in_words(language: Language) -> Iterator[None]:
    """What cannot be used is told in words, and the command returns 2.

    What is logged on the way goes to standard error, apart from what was asked for.
    """
    import structlog  # noqa: PLC0415  # other commands start faster

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    except Diagnosed as problem:
        typer.echo(_worded(problem, language), err=True)
        raise typer.Exit(ExitCode.USAGE) from problem


def _worded(problem: Diagnosed, language: Language) -> str:
    match problem:
        case Unprocessed():
            text, cure = (getattr(one, language) for one in fault_wording(problem))
            return f"{problem.fault}: {text} {cure}"
        case Unusable():
            return problem.in_language(language)
        case _:
            return str(problem)


def main() -> None:
    """Run the command."""
    app()
