"""What is done to signed documents, at random but repeatably: to their bytes and to their trees."""

import random
from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from shared_contracts.signing.xml.vocabulary import DSIG
from tests.shared_contracts.signing.oracles import parse

BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def mutants(data: bytes, seed: int, count: int) -> Iterable[bytes]:
    """``count`` mutants: half of changed bytes, a quarter of changed trees, a quarter of signs."""
    chance = random.Random(seed)  # noqa: S311  # repeatable
    yield from bytes_changed(data, chance, count // 2)
    yield from trees_changed(data, chance, count // 4)
    yield from signs_swapped(data, chance, count - count // 2 - count // 4)


def signs_swapped(data: bytes, chance: random.Random, count: int) -> Iterable[bytes]:
    """Two neighbouring signs of base64 change places, or one becomes another."""
    places = [at for at, sign in enumerate(data) if sign in BASE64]
    for _ in range(count):
        at = chance.choice(places)
        if chance.random() < 0.5:
            yield data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]
        else:
            yield data[:at] + bytes([chance.choice(BASE64)]) + data[at + 1 :]


def bytes_changed(data: bytes, chance: random.Random, count: int) -> Iterable[bytes]:
    for _ in range(count):
        place = chance.randrange(len(data))
        other = bytes([chance.randrange(256)])
        length = chance.randrange(1, 40)
        yield chance.choice(
            (
                data[:place] + other + data[place + 1 :],
                data[:place]
                + bytes([data[place] ^ (1 << chance.randrange(8))])
                + data[place + 1 :],
                data[:place] + data[place + length :],
                data[:place] + data[place : place + length] + data[place:],
                data[:place]
                + chance.choice((b" ", b"\n", b"&#13;", b"<!---->", b"="))
                + data[place:],
            )
        )


def trees_changed(data: bytes, chance: random.Random, count: int) -> Iterable[bytes]:
    for _ in range(count):
        root = parse(data)
        for _ in range(chance.choice((1, 1, 2))):
            chance.choice(CHANGES)(root, chance)
        yield etree.tostring(root)


def _any(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice(list(root.iter(etree.Element)))


def _below(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice(list(root.iter(etree.Element))[1:])


def _delete(root: etree._Element, chance: random.Random) -> None:
    one = _below(root, chance)
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _double(root: etree._Element, chance: random.Random) -> None:
    one = _below(root, chance)
    one.addnext(deepcopy(one))


def _copy_elsewhere(root: etree._Element, chance: random.Random) -> None:
    copy = deepcopy(_any(root, chance))
    target = _any(root, chance)
    target.insert(chance.randrange(len(target) + 1), copy)


def _move(root: etree._Element, chance: random.Random) -> None:
    one, target = _below(root, chance), _any(root, chance)
    if one not in (target, *target.iterancestors()):
        target.insert(chance.randrange(len(target) + 1), one)


def _rename(root: etree._Element, chance: random.Random) -> None:
    one, other = _any(root, chance), _any(root, chance)
    one.tag = other.tag


def _text(root: etree._Element, chance: random.Random) -> None:
    one, other = _any(root, chance), _any(root, chance)
    one.text = chance.choice((other.text, " ", "\n", (one.text or "") + " ", "x"))


def _tail(root: etree._Element, chance: random.Random) -> None:
    _below(root, chance).tail = chance.choice((" ", "\n", "x", None))


def _attribute(root: etree._Element, chance: random.Random) -> None:
    name = chance.choice(("Id", "ID", "id", "{urn:x}Id", "Algorithm", "URI", "Type", "number"))
    value = chance.choice(("p-1", "p-2", "#p-1", "", f"{DSIG}sha1", f"{DSIG}hmac-sha1"))
    _any(root, chance).set(name, value)


def _attribute_away(root: etree._Element, chance: random.Random) -> None:
    one = _any(root, chance)
    for name in one.keys():  # noqa: SIM118  # not a dict
        del one.attrib[name]


def _comment(root: etree._Element, chance: random.Random) -> None:
    node = chance.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
    one = _any(root, chance)
    one.insert(chance.randrange(len(one) + 1), node)


def _wrap(root: etree._Element, chance: random.Random) -> None:
    one = _below(root, chance)
    parent = one.getparent()
    if parent is not None:
        wrapper = etree.Element(chance.choice((f"{{{DSIG}}}Object", "Wrapper", str(parent.tag))))
        parent.replace(one, wrapper)
        wrapper.append(one)


CHANGES = (
    _delete,
    _double,
    _copy_elsewhere,
    _move,
    _rename,
    _text,
    _tail,
    _attribute,
    _attribute_away,
    _comment,
    _wrap,
)
