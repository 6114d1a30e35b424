"""What can be chosen about the learned engine."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class LearnedOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the engine learned; the form in the window is made from these."""

    network: Annotated[
        str,
        Meta(description="Card (.json) of a network of your own; empty: those that are shipped"),
    ] = ""
    report_weak: Annotated[
        bool,
        Meta(description="Also report metabolites whose value is mostly the training's mean"),
    ] = False
    strict: Annotated[
        bool, Meta(description="Refuse spectra that are unlike those of the training")
    ] = True
