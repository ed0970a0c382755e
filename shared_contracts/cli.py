"""The command ``contracts``: what both sides have agreed upon, for those who check it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from shared_contracts.astana_time import now
from shared_contracts.event_log.audit import audit as audit_store
from shared_contracts.faults import Unprocessed
from shared_contracts.messages import codec, published, schema
from shared_contracts.rules.catalogue import CATALOGUE, word
from shared_contracts.rules.examine import examine_document

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def check(file: Path) -> None:
    """Hold a document or message against schema and rules; 0 fit, 1 findings, 2 not readable."""
    try:
        element = schema.parse(file.read_bytes())
    except (OSError, Unprocessed) as problem:
        typer.echo(f"{file}: {problem}", err=True)
        raise typer.Exit(2) from problem
    breaches = schema.validate(element, "F-XSD-1")
    kind = codec.DOCUMENTS.get(codec.local_name(element))
    if not breaches and kind is not None:
        breaches = examine_document(codec.read(element, kind), now())
    for finding in map(word, breaches):
        typer.echo(f"{finding.severity} {finding.rule_id} {finding.path}: {finding.text.en}")
    raise typer.Exit(1 if breaches else 0)


@app.command()
def audit(
    dsn: Annotated[str, typer.Argument(help="The store, by a role that may read it.")],
) -> None:
    """Recompute every leaf, the chain and the evidence of a store; 1 names the first difference."""
    outcome = audit_store(dsn)
    if outcome.difference is not None:
        typer.echo(f"NOT AS RECORDED: {outcome.difference}")
        raise typer.Exit(1)
    typer.echo(f"{outcome.size} events are as recorded; chain {outcome.chain.hex()}")


@app.command()
def rules() -> None:
    """List the rules of the catalogue: id, stage, severity, source, wording."""
    for rule in CATALOGUE.values():
        typer.echo(f"{rule.rule_id}\t{rule.stage}\t{rule.severity}\t{rule.source}\t{rule.text.en}")


@app.command()
def wsdl(
    name: Annotated[str, typer.Argument(help="registry or sez")],
    address: str = "http://127.0.0.1:8401/soap/",
) -> None:
    """Write a WSDL as it is served to standard output."""
    sys.stdout.buffer.write(published.served_wsdl(name, address))


def main() -> None:
    """Run the command."""
    app()
