"""Interactions from the press to the last edit: who asked what, the one first answer, the token's life.

Rules: discord-emulator §4, discord-platform §5, §6. What the payload of an interaction looks like is `payloads`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.sandbox.discord import posting
from bot.sandbox.discord.bodies import Incoming
from bot.sandbox.discord.kinds import Answered, Asked, Context
from bot.sandbox.discord.refusals import (
    Form,
    already_answered,
    followups_spent,
    invalid_webhook_token,
    missing_permissions,
    unknown_channel,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from bot.sandbox.discord.rules import commands as command_rules
from bot.sandbox.discord.rules import modals as modal_rules
from bot.sandbox.discord.state import EPHEMERAL, LOADING, V2, Channel, Guild, Post, User, World
from bot.sandbox.discord.wire import Json, user
from bot.sandbox.discord.wire_messages import message

FIRST_ANSWER = 3.0
TOKEN_LIFE = 15 * 60.0
FOLLOWUPS_OUTSIDE = 5


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction. `owners` is `authorizing_integration_owners`; `post` the message it came from; `command` what
    its person ran, as they read it (`/train subject`).
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    context: int
    owners: dict[str, str]
    created: float
    focus: int = 3
    post: Post | None = None
    trigger: Interaction | None = None
    answer: int | None = None
    original: Post | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    posts: list[Post] = field(default_factory=list)
    followups: int = 0
    command: str | None = None

    @property
    def guild(self) -> Guild | None:
        return self.channel.guild

    @property
    def outside(self) -> bool:
        """Whether only the person's own installation carries it: then the bot is no member here."""
        return "0" not in self.owners

    def metadata(self) -> Json:
        """`interaction_metadata` of the messages that answer it."""
        body: Json = {
            "id": str(self.id),
            "type": self.kind,
            "user": user(self.user),
            "authorizing_integration_owners": self.owners,
        }
        if self.kind == Asked.COMPONENT and self.post is not None:
            body["interacted_message_id"] = str(self.post.id)
        if self.kind == Asked.MODAL and self.trigger is not None:
            body["triggering_interaction_metadata"] = self.trigger.metadata()
        return body


class Desk:
    """Every interaction there was, and what may still be done with each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_token: dict[str, Interaction] = {}
        self._by_id: dict[int, Interaction] = {}

    def open(
        self,
        *,
        kind: int,
        who: User,
        channel: Channel,
        context: int,
        owners: dict[str, str],
        post: Post | None = None,
        trigger: Interaction | None = None,
        focus: int = 3,
        command: str | None = None,
    ) -> Interaction:
        """A new interaction; the three seconds begin."""
        world = self._world
        token = secrets.token_urlsafe(48)
        interaction = Interaction(
            world.snowflake(),
            token,
            kind,
            who,
            channel,
            context,
            owners,
            world.clock.time(),
            focus,
            post,
            trigger,
            command=command,
        )
        self._by_token[token] = interaction
        self._by_id[interaction.id] = interaction
        return interaction

    def find(self, interaction_id: int) -> Interaction | None:
        """An interaction by its id."""
        return self._by_id.get(interaction_id)

    def respond(self, interaction_id: str, token: str, incoming: Incoming) -> Json:
        """Take the first answer; returns the callback object. Refused as Discord refuses it."""
        interaction = self._by_token.get(token)
        if interaction is None or str(interaction.id) != interaction_id:
            raise unknown_interaction()
        if interaction.answer is not None:
            raise already_answered()
        if self._world.clock.time() - interaction.created > FIRST_ANSWER:
            raise unknown_interaction()
        body = incoming.table()
        kind = body.get("type")
        if not isinstance(kind, int) or kind not in _allowed(interaction):
            names = ", ".join(str(each) for each in sorted(_allowed(interaction)))
            form = Form()
            form.wrong(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {{{names}}}.")
            form.settle()
        data = body.get("data") or {}
        match kind:
            case Answered.MESSAGE:
                self._answer_message(interaction, data, incoming)
            case Answered.DEFERRED:
                self._answer_deferred(interaction, data)
            case Answered.DEFERRED_UPDATE:
                interaction.original = interaction.post
            case Answered.UPDATE:
                self._update(interaction, data, incoming)
            case Answered.CHOICES:
                form = Form()
                path = ("data", "choices")
                command_rules.check_choices(form, path, data.get("choices"), kind=interaction.focus)
                form.settle()
                interaction.choices = data.get("choices") or []
            case _:
                form = Form()
                modal_rules.check(form, ("data",), body.get("data"))
                form.settle()
                interaction.modal = data
        interaction.answer = kind
        self._world.tell("ANSWERED", interaction)
        return self._callback(interaction)

    def holder(self, application_id: str, token: str) -> Interaction:
        """The interaction whose token this is, if its webhook can be used now."""
        if application_id != str(self._world.application_id):
            raise unknown_webhook()
        interaction = self._by_token.get(token)
        if interaction is None or self._world.clock.time() - interaction.created > TOKEN_LIFE:
            raise invalid_webhook_token()
        if interaction.answer in (None, Answered.CHOICES, Answered.MODAL):
            raise unknown_webhook()
        if interaction.channel.deleted:
            raise unknown_channel()
        return interaction

    def message_of(self, interaction: Interaction, name: str) -> Post:
        """`@original`, or a message of this interaction by its id."""
        post = interaction.original
        if name != "@original":
            post = next((each for each in interaction.posts if str(each.id) == name), None)
            if post is None and interaction.original and str(interaction.original.id) == name:
                post = interaction.original
        if post is None or post.deleted:
            raise unknown_message()
        return post

    def follow_up(self, interaction: Interaction, incoming: Incoming) -> Post:
        """A further message. The first one after a defer fills the loading message, with the defer's flags."""
        limited = interaction.outside and interaction.context != Context.BOT_DM
        if limited and interaction.followups >= FOLLOWUPS_OUTSIDE:
            raise followups_spent()
        original = interaction.original
        if interaction.answer == Answered.DEFERRED and original is not None and original.loading:
            self.edit(interaction, original, incoming)
            interaction.followups += 1
            return original
        post = self._compose(interaction, incoming.table(), incoming, path=())
        post.type = 0
        if post.origin is not None and original is not None:
            post.origin |= {"original_response_message_id": str(original.id)}
        interaction.followups += 1
        posting.publish(self._world, post)
        return post

    def edit(self, interaction: Interaction, post: Post, incoming: Incoming) -> None:
        """Edit a message of this interaction by its token."""
        body = incoming.table()
        self._may_show(interaction, body, incoming, hidden=post.ephemeral)
        limit = self._world.file_limit(interaction.user, interaction.guild)
        posting.rewrite(self._world, post, body=body, files=incoming.files, limit=limit, by_token=True)

    def _answer_message(self, interaction: Interaction, data: Json, incoming: Incoming) -> None:
        post = self._compose(interaction, data, incoming, path=("data",))
        interaction.original = post
        posting.publish(self._world, post)

    def _answer_deferred(self, interaction: Interaction, data: Json) -> None:
        flags = data.get("flags") or 0
        if flags & V2:
            form = Form()
            form.wrong(("data", "flags"), "MESSAGE_FLAGS_INVALID", "Only EPHEMERAL can be set when deferring")
            form.settle()
        world = self._world
        post = Post(world.snowflake(), interaction.channel, world.bot, world.clock.time())
        post.flags = LOADING | (flags & EPHEMERAL) | (EPHEMERAL if _forced_private(interaction) else 0)
        self._sign(interaction, post)
        interaction.original = post
        posting.publish(world, post)

    def _update(self, interaction: Interaction, data: Json, incoming: Incoming) -> None:
        post = interaction.post
        if post is None or post.deleted:
            raise unknown_message()
        self._may_show(interaction, data, incoming, hidden=post.ephemeral)
        limit = self._world.file_limit(interaction.user, interaction.guild)
        posting.rewrite(
            self._world, post, body=data, files=incoming.files, limit=limit, path=("data",), by_token=True
        )
        interaction.original = post

    def _compose(
        self, interaction: Interaction, body: Json, incoming: Incoming, *, path: tuple[str, ...]
    ) -> Post:
        if interaction.channel.deleted:
            raise unknown_channel()
        hidden = _forced_private(interaction)
        ephemeral = hidden or bool((body.get("flags") or 0) & EPHEMERAL)
        self._may_show(interaction, body, incoming, hidden=ephemeral)
        world = self._world
        post = posting.compose(
            world,
            channel=interaction.channel,
            author=world.bot,
            body=body,
            files=incoming.files,
            limit=world.file_limit(interaction.user, interaction.guild),
            path=path,
            by_token=True,
            shown_to=interaction.user if ephemeral else None,
        )
        self._sign(interaction, post)
        return post

    def _sign(self, interaction: Interaction, post: Post) -> None:
        post.via = interaction.id
        post.origin = interaction.metadata()
        post.owners = interaction.owners
        post.token_until = interaction.created + TOKEN_LIFE
        post.shown_to = interaction.user if post.ephemeral else None
        if interaction.original is None:
            post.command = _run(interaction)
        if interaction.kind == Asked.COMMAND:
            post.type = 20
        elif interaction.post is not None:
            post.type = 19
            post.reference = (interaction.post.channel, interaction.post.id)
        interaction.posts.append(post)

    def _may_show(self, interaction: Interaction, body: Json, incoming: Incoming, *, hidden: bool) -> None:
        guild = interaction.guild
        if guild is None or hidden:
            return
        voice = interaction.user if interaction.outside else self._world.bot
        wanted = ["ATTACH_FILES"] if incoming.files else []
        wanted += ["EMBED_LINKS"] if body.get("embeds") else []
        if wanted and not interaction.channel.may(voice, *wanted):
            raise missing_permissions()

    def _callback(self, interaction: Interaction) -> Json:
        about: Json = {"id": str(interaction.id), "type": interaction.kind}
        body: Json = {"interaction": about}
        post = interaction.original
        if post is not None and not self._world.laconic:
            about["response_message_id"] = str(post.id)
            about["response_message_loading"] = post.loading
            about["response_message_ephemeral"] = post.ephemeral
            if interaction.answer in (Answered.MESSAGE, Answered.UPDATE):
                body["resource"] = {"type": interaction.answer, "message": message(self._world, post)}
        return body


def _run(interaction: Interaction) -> str | None:
    """The command that an interaction is, or whose form it submits."""
    if interaction.kind == Asked.MODAL and interaction.trigger is not None:
        return interaction.trigger.command
    return interaction.command


def _allowed(interaction: Interaction) -> frozenset[int]:
    match interaction.kind:
        case Asked.AUTOCOMPLETE:
            return frozenset({Answered.CHOICES})
        case Asked.COMMAND:
            return frozenset({Answered.MESSAGE, Answered.DEFERRED, Answered.MODAL})
        case Asked.COMPONENT:
            return frozenset(
                {
                    Answered.MESSAGE,
                    Answered.DEFERRED,
                    Answered.DEFERRED_UPDATE,
                    Answered.UPDATE,
                    Answered.MODAL,
                }
            )
        case _:
            on_message = (
                {Answered.DEFERRED_UPDATE, Answered.UPDATE} if interaction.post is not None else set()
            )
            return frozenset({Answered.MESSAGE, Answered.DEFERRED} | on_message)


def _forced_private(interaction: Interaction) -> bool:
    """Outside its servers an app speaks publicly only where the *person* may use external apps."""
    if interaction.guild is None or not interaction.outside:
        return False
    return not interaction.channel.may(interaction.user, "USE_EXTERNAL_APPS")
