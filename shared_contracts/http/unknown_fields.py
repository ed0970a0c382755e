"""Fields of a JSON body that its form does not have."""

from collections.abc import Iterator

import msgspec


def unknown_fields(given: object, read: object, path: str = "") -> Iterator[str]:
    """Paths of the fields in ``given`` (plain JSON) that ``read``, made of it, lacks."""
    if isinstance(read, msgspec.Struct) and isinstance(given, dict):
        named = {one.encode_name: one.name for one in msgspec.structs.fields(read)}
        named |= {tag: "" for tag in (read.__struct_config__.tag_field,) if tag}
        for name, value in given.items():
            if name not in named:
                yield f"{path}{name}"
            elif named[name]:
                yield from unknown_fields(value, getattr(read, named[name]), f"{path}{name}.")
    elif isinstance(given, list) and isinstance(read, list | tuple):
        for number, (value, kept) in enumerate(zip(given, read, strict=False)):
            yield from unknown_fields(value, kept, f"{path.removesuffix('.')}[{number}].")
