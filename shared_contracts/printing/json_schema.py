"""JSON Schemas of what documents attach: published as files, made from the structs themselves."""

import json
from inspect import cleandoc
from typing import Any

import msgspec


def schema_of(told: type[msgspec.Struct]) -> bytes:
    """JSON Schema (2020-12) of a struct, in which nothing may stand that it does not name."""
    schema = msgspec.json.schema(told)
    for one in schema.get("$defs", {}).values():
        _close(one)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
    return f"{json.dumps(whole, ensure_ascii=False, indent=1)}\n".encode()


def _close(one: dict[str, Any]) -> None:
    if "description" in one:
        one["description"] = cleandoc(one["description"])
    if one.get("type") == "object" and "properties" in one:
        one["additionalProperties"] = False
