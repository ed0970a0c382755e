"""The commands ``registry admission documents`` and ``registry admission document``."""

from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import ADMISSION_DOCUMENTS, DOCUMENT_SIGNATURES
from shared_contracts.errors import BadInput
from shared_contracts.process.command_files import write_new
from shared_contracts.process.command_line import AsJson, show

ONE_FORM = "--pdf, --signed, --manifest and --session each give another file: give one of them"
Id = Annotated[str, typer.Argument(help="Id of the application.")]
Name = Annotated[str, typer.Argument(help="Name of the document in `documents`.")]


def add_to(group: typer.Typer) -> None:
    """Make them commands of ``registry admission``."""
    group.command("documents")(list_documents)
    group.command("document")(document)
    group.command("signatures")(list_signatures)
    group.command("add-signature")(add_signature)


def list_documents(admission_id: Id, *, as_json: AsJson = False) -> None:
    """List the documents of an application, and who still has no copy of each."""
    with asking() as remote:
        found = remote.get(f"/api/v1/admission/{quoted(admission_id)}/documents")
        rows = [one | {"missing": _missing(one["copies"])} for one in found]
        show(found if as_json else rows, ADMISSION_DOCUMENTS, as_json=as_json)


def document(
    admission_id: Id,
    name: Name,
    out: Annotated[Path, typer.Option(help="File for the document; it must be new.")],
    *,
    pdf: Annotated[bool, typer.Option(help="As PDF in Kazakh and Russian, not as JSON.")] = False,
    signed: Annotated[
        bool,
        typer.Option(
            help="PDF and JSON signed by the parties and the Registry: an ASiC-E container."
        ),
    ] = False,
    manifest: Annotated[
        bool, typer.Option(help="What the next party signs by its own key, as CMS.")
    ] = False,
    session: Annotated[
        bool, typer.Option(help="The signed session of the conformance kit on which it rests.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a document of an application to a file: an answer, a protocol, the act, a decision."""
    forms = {".pdf": pdf, ".asice": signed, "/manifest": manifest, "/session": session}
    wanted = [one for one in forms if forms[one]]
    with asking() as remote:
        if len(wanted) > 1:
            raise BadInput(ONE_FORM)
        place = f"/api/v1/admission/{quoted(admission_id)}/documents/{quoted(name)}"
        written = remote.get_bytes(f"{place}{''.join(wanted)}")
        show(write_new(out, written), as_json=as_json)


def list_signatures(admission_id: Id, name: Name, *, as_json: AsJson = False) -> None:
    """List the parties that have signed a document, in their order."""
    with asking() as remote:
        show(remote.get(_signatures(admission_id, name)), DOCUMENT_SIGNATURES, as_json=as_json)


def add_signature(
    admission_id: Id,
    name: Name,
    body: Annotated[str, typer.Option("--for", help="Body for which it is, by its id.")],
    signature: Annotated[Path, typer.Option(help="Detached CMS over the manifest, DER.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Record the signature of a party, made elsewhere by its own key over the manifest."""
    with asking() as remote:
        told = b64encode(signature.read_bytes()).decode()
        asked = {"body": body, "signature": told}
        show(remote.post(_signatures(admission_id, name), asked), as_json=as_json)


def _signatures(admission_id: str, name: str) -> str:
    return f"/api/v1/admission/{quoted(admission_id)}/documents/{quoted(name)}/signatures"


def _missing(copies: list[dict[str, str]]) -> list[str]:
    return [one["body"] for one in copies if "delivered_at" not in one]
