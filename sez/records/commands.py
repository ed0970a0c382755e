"""The commands that all kinds of record have in the SEZ, called with the names of a kind."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from sez.asking import post_example, remote
from shared_contracts.http.remote import Remote
from shared_contracts.process.command_files import asked_in
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, known_id, show

BY_FILE: Final = 4 * 1024 * 1024
"""Bytes of a file from which on it is uploaded where its kind may be large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCommands:
    """The commands ``sez NAME`` of a kind whose routes are under ``/api/v1/ADDRESS``.

    ``noun`` is what one of its objects is called. Commands are told in the order in which they
    are added to ``group``; those that only this kind has are added to it too. ``large`` says that
    files of more than ``BY_FILE`` bytes are uploaded, and formed where they lie.
    """

    name: str
    address: str
    noun: str
    group: SpeakingApp
    large: bool = False

    def add_to(self, app: typer.Typer) -> None:
        """Make them commands of ``app``."""
        app.add_typer(self.group, name=self.name)

    def show_example(self, *, as_json: bool, **wanted: str | None) -> None:
        """Have an example made of what is ``wanted``, and show it."""
        with remote() as sez:
            show(post_example(sez, self.address, wanted), as_json=as_json)

    def add_form(self, name: str, about: str, file_is: str = "JSON of what is asked") -> None:
        """Add the command that begins an object; ``file_is`` says what its file holds."""

        @self.group.command(name, help=about)
        def form(
            file: Annotated[Path, typer.Argument(help=f"{file_is}; see /api/docs")],
            *,
            as_json: AsJson = False,
        ) -> None:
            with remote() as sez:
                show(self._posted(sez, f"/api/v1/{self.address}", file), as_json=as_json)

    def add_show(self) -> None:
        """Add the command that shows an object and its versions."""
        about = f"Show where a {self.noun} stands, and what became of each of its versions."

        @self.group.command("show", help=about)
        def show_object(object_id: str, *, as_json: AsJson = False) -> None:
            with remote() as sez:
                object_id = known_id(self.noun, object_id)
                found = sez.get(f"/api/v1/{self.address}/{object_id}")
                versions = sez.get(f"/api/v1/outbox/{object_id}")
                show({self.noun: found, "versions": versions}, as_json=as_json)

    def add_do(self, steps: str) -> None:
        """Add the command that takes one of the ``steps`` with an object."""
        about = f"Take a step with a {self.noun}: what is asked is read from a JSON file."

        @self.group.command("do", help=about)
        def do(
            object_id: str,
            what: Annotated[str, typer.Argument(help=steps)],
            file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
            *,
            as_json: AsJson = False,
        ) -> None:
            with remote() as sez:
                step = f"/api/v1/{self.address}/{object_id}/{what}"
                show(self._posted(sez, step, file), as_json=as_json)

    def _posted(self, sez: Remote, path: str, file: Path) -> Any:  # any JSON
        """What the SEZ answers to what a file asks; one that is large it reads for itself."""
        if not self.large or not file.is_file() or file.stat().st_size <= BY_FILE:
            return sez.post(path, asked_in(file))
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            sez.put_file(content, sha256, "/uploads")
        return sez.post_long(f"{path}/files/{sha256}")


def list_commands(name: str, about: str) -> Callable[[typer.Typer], None]:
    """What adds the commands of a kind of list, signed by the system, to an application."""
    group = SpeakingApp(no_args_is_help=True, help=about)
    kind = KindCommands(name=name, address=f"{name}s", noun="list", group=group)

    @group.command("example")
    def example_list(
        base: Annotated[str, typer.Argument(help="The tender to which the list belongs.")],
        example: Annotated[str, typer.Option(help="Which example.")] = name,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Form and sign an example list."""
        kind.show_example(example=example, base=base, as_json=as_json)

    told = "what it tells is read from a JSON file"
    kind.add_form("form", f"Form and sign the first list of a purchase: {told}.")
    kind.add_show()
    kind.add_do("change, deletion or withdrawal")
    return kind.add_to
