"""What requests are made of, in every room: strict bodies, identifiers, texts that the database can keep."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Strict(BaseModel):
    """An input: unknown fields are refused, so that a typing error is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


Id = Annotated[
    str,
    StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    Field(description="An identifier (UUID)"),
]

# PostgreSQL keeps no NUL in text.
Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x08\x0a-\x1f\x7f]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$")]
