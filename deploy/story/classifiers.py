"""Classifiers: the Registry imports, the SEZ copies (S216-17, S216-A2.3)."""

from deploy.story.player import Player
from shared_contracts.astana_time import now
from shared_contracts.classifiers.edition import COUNTRIES, KATO, KOPF, KPVED, MKEI
from shared_contracts.http.remote import NotFound

SUPPLEMENTS = {
    KATO: "code,k,name_ru,name_kk\n231010999,9,Учебный участок,Оқу учаскесі\n",
    KPVED: "code,level,parent,name_ru\n09.10.19,5,09.10.1,Услуги учебные при добыче нефти\n",
    MKEI: "enum,code,name_ru,name_kk,short_ru,short_kk\n1,8888,Учебная единица,Оқу бірлігі,,\n",
    COUNTRIES: "numeric,alpha2,alpha3,name_ru,name_kk,name_en\n"
    "900,XZ,XZZ,Учебная страна,Оқу елі,Training country\n",
    KOPF: "code,parent,name_ru,name_kk\n99,30,Учебная форма,Оқу нысаны\n",
}
"""A supplement to each of the five classifiers: a code for training."""

CODES = {KATO: "231010999", KPVED: "09.10.19", MKEI: "8888", COUNTRIES: "XZ", KOPF: "99"}
"""The code that each of them adds."""


def classifiers_are_imported_and_copied(player: Player) -> None:
    """The Registry imports an edition of all five, and the SEZ asks for what is new (S216-A2.3)."""
    player.transcript.chapter(
        "Classifiers are imported, and copied by the SEZ",
        "The Registry imports a supplement to each of the five classifiers, a file made for this",
        "day. The SEZ compares its copy by GetClassifier, page by page, and judges by it before",
        "anybody signs.",
    )
    registry, sez, today = player.stage.registry, player.stage.sez, now().date().isoformat()
    before = [_knows(player, name) for name in CODES]
    for classifier, rows in SUPPLEMENTS.items():
        registry.post_bytes(
            f"/api/v1/classifiers/{classifier}",
            rows.encode(),
            edition="Training",
            effective_from=today,
            source=f"{classifier.lower()}.csv",
            supplement=True,
        )
    copied = sez.post("/api/v1/classifiers")
    player.transcript.expect(
        "before, the SEZ knew none of the five new codes", seen=any(before), expected=False
    )
    player.transcript.expect(
        "its copy is that of the Registry and not stale", seen=copied["stale"], expected=False
    )
    player.transcript.expect(
        "now it knows all five", seen=all(_knows(player, name) for name in CODES), expected=True
    )


def _knows(player: Player, classifier: str) -> bool:
    try:
        player.stage.sez.get(f"/api/v1/classifiers/{classifier}/{CODES[classifier]}")
    except NotFound:
        return False
    return True
