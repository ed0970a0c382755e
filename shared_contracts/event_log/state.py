"""What an object is meanwhile: a state that bears its name."""

import msgspec


class ObjectState(msgspec.Struct, frozen=True, tag_field="status"):
    """What an object is between two events; each state has a tag, by which heads keep it."""

    @property
    def status(self) -> str:
        """What the object is, in one word: the tag of its state."""
        return str(self.__struct_config__.tag)
