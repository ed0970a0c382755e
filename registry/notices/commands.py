"""The commands ``registry notice``: send, list, show, stop, retry (S216-A2.5.1, S216-A3.5)."""

import uuid
from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import NOTICES
from shared_contracts.messages.notice import NoticeKind
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Notices to systems.")

Text = Annotated[str | None, typer.Option(help="The same in English.")]
Moment = Annotated[str | None, typer.Option(help="Of MAINTENANCE: a moment with offset.")]


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="notice")


@GROUP.command("send")
def send(  # one option for each field of a notice
    kind: Annotated[NoticeKind, typer.Argument(help="What it is about.")],
    subject_kk: Annotated[str, typer.Option(help="Subject in Kazakh.")],
    subject_ru: Annotated[str, typer.Option(help="Subject in Russian.")],
    body_kk: Annotated[str, typer.Option(help="Text in Kazakh.")],
    body_ru: Annotated[str, typer.Option(help="Text in Russian.")],
    subject_en: Text = None,
    body_en: Text = None,
    systems: Annotated[
        list[str] | None, typer.Option("--sez", help="To whom; all systems if none is named.")
    ] = None,
    begins_at: Moment = None,
    ends_at: Moment = None,
    replaces: Annotated[
        str | None, typer.Option(help="Id of the notice whose works end otherwise or not at all.")
    ] = None,
    notice_id: Annotated[
        str | None, typer.Option("--id", help="Repeat it with the same id after a failure.")
    ] = None,
    *,
    excuses_hour: Annotated[
        bool, typer.Option(help="No packages are taken during the works: the hour is excused.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Form a notice and have it sent until each system has taken it."""
    works = {"begins_at": begins_at, "ends_at": ends_at, "excuses_hour": excuses_hour}
    works |= {"replaces": replaces}
    wanted = {
        "kind": kind.value,
        "subject": {"kk": subject_kk, "ru": subject_ru, "en": subject_en},
        "body": {"kk": body_kk, "ru": body_ru, "en": body_en},
        "systems": systems or [],
        "works": works if begins_at or ends_at else None,
        "notice_id": notice_id or str(uuid.uuid4()),
    }
    with asking() as remote:
        show(remote.post("/api/v1/notices", wanted), NOTICES, as_json=as_json)


@GROUP.command("list")
def list_notices(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List notices, latest first, and what became of each."""
    with asking() as remote:
        show(remote.get("/api/v1/notices", sez=sez_code, limit=limit), NOTICES, as_json=as_json)


@GROUP.command("show")
def show_notice(sez_code: str, notice_id: str, *, as_json: AsJson = False) -> None:
    """Show a notice to a system, with every attempt to deliver it."""
    with asking() as remote:
        show(remote.get(_path(sez_code, notice_id)), as_json=as_json)


@GROUP.command("stop")
def stop(
    sez_code: str,
    notice_id: str,
    reason: Annotated[str, typer.Option(help="Why it is tried no more; it is kept.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Try a notice no more."""
    with asking() as remote:
        answer = remote.post(f"{_path(sez_code, notice_id)}/stop", {"reason": reason})
        show([answer], NOTICES, as_json=as_json)


@GROUP.command("retry")
def retry(sez_code: str, notice_id: str, *, as_json: AsJson = False) -> None:
    """Try a notice again at once: why it was not taken is mended."""
    with asking() as remote:
        show([remote.post(f"{_path(sez_code, notice_id)}/retry")], NOTICES, as_json=as_json)


def _path(sez_code: str, notice_id: str) -> str:
    return f"/api/v1/notices/{quoted(sez_code)}/{quoted(notice_id)}"
