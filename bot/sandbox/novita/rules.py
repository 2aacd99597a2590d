"""What a test may set about the sandbox's Novita: its pace, its strictness and its prices. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass

CREDITS_PER_USD = 10_000
"""The service counts money in 1/10,000 USD (novita-api §10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things take, in seconds of the sandbox's clock. A task keeps the pace it was ordered under."""

    queue_seconds: float = 20.0
    training_seconds: float = 600.0
    deploying_seconds: float = 30.0
    paint_queue_seconds: float = 1.0
    painting_seconds: float = 5.0
    upload_ttl: int = 120
    result_ttl: int = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Strict:
    """Refusals beyond what the sources prove; all on, because the sandbox must never be kinder than the service.

    Whatever the vendor's own SDK sends is accepted with every one of them on (novita-api §3.3, §3.4, §14).
    """

    user_agent: bool = True
    """A request without a User-Agent meets the network front: 403 `error code: 1010` (§1)."""
    unknown_fields: bool = True
    """A field that no page documents is refused in a paid order."""
    learning_rate: bool = True
    """Only the five documented learning rates (§3.3)."""
    class_prompt: bool = True
    """`person` is the only class (§3.3)."""
    style_captions: bool = True
    """A style training needs a caption for every picture (§3.1)."""
    uploaded_assets: bool = True
    """An asset that was never PUT refuses the order; off, the order is taken and the training fails (§15.3)."""
    matching_content: bool = True
    """An uploaded file must be a readable picture of the type that its upload URL was asked for."""
    fresh_assets: bool = True
    """An asset serves one training only (§2.2: upload afresh for every task)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """In credits (1/10,000 USD). Invented where no source knows the price (§5.2, §10)."""

    training: int = 5_000
    megapixel: int = 25
    nsfw_check: int = 15
