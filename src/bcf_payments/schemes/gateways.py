"""Gateways: conditions that cut what whole payment points earn."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from bcf_payments.schemes.cited import Cited, Exact, Model, Name


class Gateway(Model):
    """A condition that the lines of some waves need to keep all that they earn."""

    name: Name = Field(description="The gateway's name.", examples=["records"])
    condition: Cited[Name] = Field(description="The condition that must be met.", examples=["warm_homes"])
    keeps: Cited[Exact] = Field(
        description="What is left of each pound earned where it is not met: at least 0 and below 1.",
        examples=["3/4"],
    )
    waves: Cited[Annotated[tuple[Name, ...], Field(min_length=1)]] | None = Field(
        None, description="The payment points whose lines it cuts; without it, all.", examples=[["spring"]]
    )

    def covers(self, wave: str) -> bool:
        """Whether it cuts what the lines of a wave earn."""
        return self.waves is None or wave in self.waves.value

    @property
    def rules(self) -> tuple[Cited[Any], ...]:
        """What it rests on."""
        return tuple(rule for rule in (self.condition, self.keeps, self.waves) if rule)
