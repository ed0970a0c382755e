"""What a system consists of, where it stands, how much computing capacity it has (S95-15.8).

Capacity is three sums over all lines of hardware: processor cores, memory and disk in gigabytes
(reading R138).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import msgspec

from registry.admission.form import (
    MANY,
    ApplicationForm,
    FormHardware,
    FormLocation,
    FormPart,
    FormSoftware,
)


class Inventory(FormPart, frozen=True, kw_only=True):
    """Software and hardware line by line, and the place (S95-A2, S95-A3, S95-15.8a)."""

    software: Annotated[tuple[FormSoftware, ...], MANY] = ()
    hardware: Annotated[tuple[FormHardware, ...], MANY] = ()
    location: FormLocation = FormLocation()


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """Computing capacity: cores, and memory and disk in gigabytes."""

    cores: int
    memory_gb: int
    disk_gb: int


def declared(form: ApplicationForm) -> Inventory:
    """The inventory that an application declares."""
    return Inventory(software=form.software, hardware=form.hardware, location=form.location)


def with_inventory(form: ApplicationForm, inventory: Inventory) -> ApplicationForm:
    """The application as it would be with another inventory."""
    return msgspec.structs.replace(
        form,
        software=inventory.software,
        hardware=inventory.hardware,
        location=inventory.location,
    )


def capacity(inventory: Inventory) -> Capacity:
    """The capacity of all hardware together."""
    lines = inventory.hardware
    return Capacity(
        cores=sum(one.cores for one in lines),
        memory_gb=sum(one.memory_gb for one in lines),
        disk_gb=sum(one.disk_gb for one in lines),
    )


def shrunk(before: Inventory, after: Inventory) -> Iterator[tuple[str, str]]:
    """Each figure of the capacity that would fall: its name, and ``from -> to``."""
    had, has = capacity(before), capacity(after)
    for name in Capacity.__struct_fields__:
        if getattr(has, name) < getattr(had, name):
            yield name, f"{getattr(had, name)} -> {getattr(has, name)}"


def twice(inventory: Inventory) -> Iterator[str]:
    """Serial numbers that stand in more than one line: that hardware would count twice."""
    counted = Counter(one.serial.strip() for one in inventory.hardware if one.serial.strip())
    return (serial for serial, times in counted.items() if times > 1)
