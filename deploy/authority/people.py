"""Organisations and persons in the test authority's certificates, none of them real."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal entity as its certificates name it."""

    name: str
    bin: str


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person as certificates name them."""

    surname: str
    given: str
    patronymic: str
    iin: str


REGISTRY_OPERATOR = Organisation("АО «ОПЕРАТОР РЕЕСТРА ТРУ»", "990140000007")
SEZ_OPERATOR = Organisation("ТОО «ЭЛЕКТРОНДЫ САТЫП АЛУ»", "190340004129")
SEZ2_OPERATOR = Organisation("ТОО «ЖАЙЫК ТЕНДЕР»", "210840021074")
CUSTOMER1 = Organisation("ТОО «АҚЖАР МҰНАЙ ОПЕРЕЙТИНГ»", "050240015330")
CUSTOMER2 = Organisation("ТОО «ҚЫЗЫЛОРДА ПОДРЯД СЕРВИС»", "111040009781")
SOLID_AUTHORITY = Organisation("УПОЛНОМОЧЕННЫЙ ОРГАН (ТВЁРДЫЕ ИСКОПАЕМЫЕ)", "990140000806")
INNOVATION_AUTHORITY = Organisation("УПОЛНОМОЧЕННЫЙ ОРГАН (ИННОВАЦИИ)", "140840000115")
HCU_AUTHORITY = Organisation("УПОЛНОМОЧЕННЫЙ ОРГАН (УГЛЕВОДОРОДЫ И УРАН)", "100340000229")
STRANGER = Organisation("ТОО «БЕЛГІСІЗ КОМПАНИЯ»", "060140000618")

AKHMETOV = Person("АХМЕТОВ", "ЕРЛАН", "СЕРІКҰЛЫ", "800314300212")
SULEIMENOVA = Person("СҮЛЕЙМЕНОВА", "АЙГҮЛ", "БОЛАТҚЫЗЫ", "850724450184")
NURLANOV = Person("НҰРЛАНОВ", "ДАНИЯР", "МАРАТҰЛЫ", "901103302463")
KASYMOVA = Person("ҚАСЫМОВА", "ГҮЛНАРА", "ЕРМЕКҚЫЗЫ", "780529401170")
OSPANOV = Person("ОСПАНОВ", "ТІЛЕК", "ҚАЙРАТҰЛЫ", "820907301555")
IBRAEVA = Person("ИБРАЕВА", "МАДИНА", "АСҚАРҚЫЗЫ", "911215450926")
BEKTUROV = Person("БЕКТҰРОВ", "САМАТ", "ЖАНДОСҰЛЫ", "760405303886")
ZHUMABAYEV = Person("ЖҰМАБАЕВ", "АРМАН", "НҰРБОЛҰЛЫ", "880616402757")
SARSENOV = Person("СӘРСЕНОВ", "БАУЫРЖАН", "ТАЛҒАТҰЛЫ", "830214301123")
TULEGENOVA = Person("ТӨЛЕГЕНОВА", "ДИНАРА", "МҰРАТҚЫЗЫ", "870909402331")
ABENOV = Person("ӘБЕНОВ", "НҰРЛЫБЕК", "САПАРҰЛЫ", "920517303443")
KENZHEBAYEVA = Person("КЕНЖЕБАЕВА", "САУЛЕ", "ОМАРҚЫЗЫ", "791111404553")
DAUTOV = Person("ДӘУІТОВ", "ҚАНАТ", "ЕРБОЛҰЛЫ", "860303305660")
SMAILOVA = Person("СМАЙЫЛОВА", "ЖАНАР", "БЕРІКҚЫЗЫ", "930725406774")
ERMEKOV = Person("ЕРМЕКОВ", "АЗАМАТ", "ТӨЛЕУҰЛЫ", "811225307885")
OMAROVA = Person("ОМАРОВА", "ГАУҺАР", "СЕРІКҚЫЗЫ", "840606408992")
ISKAKOV = Person("ЫСҚАҚОВ", "МАРАТ", "ҚАЙСАРҰЛЫ", "900101309115")
ABDRAKHMANOVA = Person("АБДРАХМАНОВА", "АЛИЯ", "ҚАНАТҚЫЗЫ", "950505401225")
SADYKOV = Person("САДЫҚОВ", "БЕРІК", "ӘЛІМҰЛЫ", "770815300018")
TOKTAROVA = Person("ТОҚТАРОВА", "ӘСЕЛ", "ҒАНИҚЫЗЫ", "840216400025")
ZHAKENOV = Person("ЖӘКЕНОВ", "НҰРЖАН", "ҮМІТҰЛЫ", "791205300034")
BAIZHANOVA = Person("БАЙЖАНОВА", "ҚАРЛЫҒАШ", "ӨМІРҚЫЗЫ", "880615400041")
