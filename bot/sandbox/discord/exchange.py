"""What came of something a person did: the first answer, the message behind it, a modal, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.kinds import Answered
from bot.sandbox.discord.state import Post, World
from bot.sandbox.discord.views import Message
from bot.sandbox.discord.wire import Json


@dataclass(frozen=True, slots=True)
class ModalView:
    """A modal on a person's screen."""

    title: str
    custom_id: str
    components: list[Json]

    @property
    def text(self) -> str:
        """Title, labels, descriptions and texts, one a line."""
        pieces = [self.title]
        for component in self.components:
            pieces += [component.get(key) or "" for key in ("label", "description", "content")]
            pieces += [each.get("label") or "" for each in component.get("components") or []]
        return "\n".join(piece for piece in pieces if piece)


class Exchange:
    """One interaction from its person's side.

    `failed`: no first answer came within three seconds («the application did not respond»).
    """

    def __init__(self, world: World, interaction: Interaction, *, failed: bool) -> None:
        self._world = world
        self.interaction = interaction
        self.failed = failed

    def __repr__(self) -> str:
        return f"<Exchange answer={self.interaction.answer} failed={self.failed} message={self.message!r}>"

    @property
    def response(self) -> Message | ModalView | None:
        """The first answer: a message (or the updated one), a modal, or None for a defer or silence."""
        match self.interaction.answer:
            case Answered.MODAL:
                return self.modal
            case Answered.MESSAGE | Answered.UPDATE:
                return self._view(self.interaction.original)
            case _:
                return None

    @property
    def message(self) -> Message | None:
        """The present state of `@original`; None while a deferred answer is unfilled or it was deleted."""
        post = self.interaction.original
        if post is None or post.loading or post.deleted:
            return None
        return self._view(post)

    @property
    def modal(self) -> ModalView | None:
        """The modal that was opened."""
        body = self.interaction.modal
        if self.interaction.answer != Answered.MODAL or body is None:
            return None
        return ModalView(body["title"], body["custom_id"], body["components"])

    @property
    def deferred(self) -> bool:
        """Whether the first answer was only a promise."""
        return self.interaction.answer in (Answered.DEFERRED, Answered.DEFERRED_UPDATE)

    @property
    def followups(self) -> list[Message]:
        """Further messages by this interaction's token, oldest first."""
        original = self.interaction.original
        posts = [each for each in self.interaction.posts if each is not original and not each.deleted]
        return [Message(self._world, each) for each in posts]

    @property
    def text(self) -> str:
        """The words of the present message or of the modal; empty when there is neither."""
        if self.modal is not None:
            return self.modal.text
        return self.message.text if self.message is not None else ""

    async def answered(self, *, within: float = 30) -> Message:
        """Wait until there is an answer to read: the message, a filled deferred one, or, where the defer was
        for an update, the next edit or follow-up. TimeoutError when none comes.
        """
        found = await self._world.pulse.until(self._filled, within=within)
        if found is None:
            raise TimeoutError(f"{self!r} was not answered within {within} s")
        return found

    def _filled(self) -> Message | None:
        if self.interaction.answer in (Answered.MESSAGE, Answered.UPDATE, Answered.DEFERRED):
            return self.message
        if self.interaction.answer == Answered.DEFERRED_UPDATE:
            if self.followups:
                return self.followups[-1]
            post = self.interaction.original
            if post is not None and any(each > self.interaction.created for each in post.edits):
                return self._view(post)
        return None

    def _view(self, post: Post | None) -> Message | None:
        return Message(self._world, post) if post is not None else None
