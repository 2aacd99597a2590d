"""An unmodified discord.py lives in it: login, sync, commands, modals, views, dynamic items, restarts."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord as dpy
import pytest
import yarl
from discord import app_commands, ui

from bot.sandbox.discord import Channel, DiscordServer, Guild, Person
from tests.integration.sandbox_discord.shapes import picture

Start = Callable[..., Any]


class Cancel(ui.DynamicItem[ui.Button[Any]], template=r"job:(?P<id>\d+):cancel"):
    def __init__(self, job: int) -> None:
        super().__init__(ui.Button(label="Cancel", custom_id=f"job:{job}:cancel"))
        self.job = job

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any) -> Cancel:
        return cls(int(match["id"]))

    async def callback(self, interaction: dpy.Interaction) -> None:
        await interaction.response.edit_message(content=f"cancelled {self.job}", view=None)


class KeyModal(ui.Modal, title="Key"):
    secret: ui.Label[Any] = ui.Label(text="API key", component=ui.TextInput())
    files: ui.Label[Any] = ui.Label(text="Pictures", component=ui.FileUpload(max_values=10, required=False))

    async def on_submit(self, interaction: dpy.Interaction) -> None:
        secret: Any = self.secret.component
        files: Any = self.files.component
        names = sorted(each.filename for each in files.values)
        await interaction.response.send_message(f"{secret.value} {names}", ephemeral=True)


class Card(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        gallery: ui.MediaGallery[Card] = ui.MediaGallery(dpy.MediaGalleryItem("attachment://a.png"))
        row: ui.ActionRow[Any] = ui.ActionRow(Cancel(9))
        self.add_item(ui.Container(ui.TextDisplay("## done"), gallery, row))


class Easel(dpy.Client):
    def __init__(self, **more: Any) -> None:
        super().__init__(
            intents=dpy.Intents(guilds=True), allowed_mentions=dpy.AllowedMentions.none(), **more
        )
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        commands: tuple[Any, ...] = (train, paint, key, place, fail, add)
        for command in commands:
            self.tree.add_command(command)
        self.add_dynamic_items(Cancel)

    async def setup_hook(self) -> None:
        await self.tree.sync()


@app_commands.command()
async def train(interaction: dpy.Interaction, name: str, picture: dpy.Attachment) -> None:
    """Measure a picture and tell."""
    await interaction.response.defer()
    data = await picture.read()
    view = ui.View(timeout=None)
    view.add_item(Cancel(7))
    words = f"{name} {picture.filename} {picture.width}x{picture.height}"
    await interaction.edit_original_response(content=words, view=view)
    await interaction.followup.send("copy", file=dpy.File(io.BytesIO(data), "copy.png"))


@app_commands.command()
async def paint(interaction: dpy.Interaction, prompt: str) -> None:
    """Post a card with a picture by the bot's own token, once."""
    await interaction.response.send_message("working", ephemeral=True)
    assert interaction.channel_id is not None
    channel = interaction.client.get_partial_messageable(interaction.channel_id)
    sent = [
        await channel.send(view=Card(), file=dpy.File(io.BytesIO(picture()), "a.png"), nonce="job-1")
        for _ in range(2)
    ]
    assert sent[0].id == sent[1].id
    reply = await channel.send(f"prompt: {prompt}", reference=sent[0].to_reference(fail_if_not_exists=False))
    reply = await reply.edit(content=f"edited: {prompt}", attachments=[dpy.File(io.BytesIO(b"x"), "x.txt")])
    await reply.edit(attachments=reply.attachments, suppress=False)


@paint.autocomplete("prompt")
async def _prompts(interaction: dpy.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current}{n}", value=f"{current}{n}") for n in range(3)]


@app_commands.command()
async def key(interaction: dpy.Interaction) -> None:
    """Ask for a key."""
    await interaction.response.send_modal(KeyModal())


@app_commands.command()
async def place(interaction: dpy.Interaction) -> None:
    """Say where this is and try to write there."""
    owner = "user" if interaction.is_user_integration() else "guild"
    await interaction.response.send_message(f"{type(interaction.channel).__name__} {owner}")
    assert interaction.channel_id is not None
    try:
        await interaction.client.get_partial_messageable(interaction.channel_id).send("here")
    except dpy.Forbidden as refused:
        await interaction.edit_original_response(content=f"refused {refused.code}")


@app_commands.command()
async def fail(interaction: dpy.Interaction) -> None:
    """Say too much."""
    try:
        await interaction.response.send_message("x" * 2001)
    except dpy.HTTPException as refused:
        await interaction.response.send_message(refused.text)


@app_commands.context_menu(name="Add to my training")
async def add(interaction: dpy.Interaction, message: dpy.Message) -> None:
    sizes = [len(await each.read()) for each in message.attachments]
    await interaction.response.send_message(f"{message.content} {sizes}", ephemeral=True)


@asynccontextmanager
async def running(discord: DiscordServer, bot: dpy.Client) -> AsyncIterator[dpy.Client]:
    task = asyncio.create_task(bot.start(discord.token))
    try:
        await discord.gateway.connected()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _pointed(discord: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.http.Route.BASE", discord.api_url)
    monkeypatch.setattr("discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY", yarl.URL(discord.gateway_url))


@pytest.fixture
async def bot(discord: DiscordServer, studio: Channel) -> AsyncIterator[dpy.Client]:
    async with running(discord, Easel(guild_ready_timeout=0.1)) as client:
        yield client


async def test_a_command_with_a_file_is_deferred_filled_and_followed_up(bot: dpy.Client, ada: Person) -> None:
    data = picture(64, 48)
    exchange = await ada.runs("/train", name="mara", picture=("my cat.png", data))
    assert exchange.deferred
    assert (await exchange.answered()).content == "mara my_cat.png 64x48"
    copy = await ada.sees("copy")
    assert await copy.attachments[0].read() == data


async def test_a_dynamic_button_works_after_a_restart(
    discord: DiscordServer, bot: dpy.Client, ada: Person
) -> None:
    exchange = await ada.runs("/train", name="mara", picture=("a.png", picture()))
    await exchange.answered()
    await bot.close()
    await discord.gateway.disconnected()
    async with running(discord, Easel(guild_ready_timeout=0.1)):
        pressed = await ada.clicks("Cancel")
        assert pressed.text == "cancelled 7"
        assert pressed.message == exchange.message


async def test_a_v2_card_sent_twice_with_a_nonce_stands_once_and_its_button_works(
    bot: dpy.Client, ada: Person
) -> None:
    await ada.runs("/paint", prompt="a cat")
    edited = await ada.sees("edited: a cat")
    cards = [each for each in ada.messages() if "## done" in each.text]
    assert len(cards) == 1
    assert cards[0].attachments[0].width == 40
    assert edited.reference == cards[0].id
    await edited.edited(times=2)
    assert [each.filename for each in edited.attachments] == ["x.txt"]


async def test_choices_are_completed(bot: dpy.Client, ada: Person) -> None:
    offered = await ada.types("/paint", "prompt", "ca")
    assert [each["value"] for each in offered] == ["ca0", "ca1", "ca2"]


async def test_a_modal_with_twelve_characters_and_files_comes_through(bot: dpy.Client, ada: Person) -> None:
    exchange = await ada.runs("/key")
    files = [(f"{n}.png", picture()) for n in range(10)]
    submitted = await ada.submits(exchange, api_key="abc", pictures=files)
    assert submitted.text == f"abc {[f'{n}.png' for n in range(10)]}"
    assert submitted.message is not None
    assert submitted.message.ephemeral_to is ada.user


async def test_a_message_menu_reads_the_messages_pictures_without_any_intent(
    bot: dpy.Client, ada: Person
) -> None:
    message = await ada.says("mine", files=[("a.png", b"12345")])
    exchange = await ada.menu("Add to my training", on=message)
    assert (await exchange.answered()).text == "mine [5]"


async def test_the_same_command_everywhere(
    bot: dpy.Client, ada: Person, discord: DiscordServer, studio: Channel
) -> None:
    ada.installs()
    foreign = discord.guild("Foreign", bot=False).text_channel("general")
    places: list[tuple[Person, str]] = [
        (ada, "TextChannel user"),
        (ada.at(studio.thread("talk")), "Thread user"),
        (ada.dm, "DMChannel"),
        (ada.at(foreign), "refused 50001"),
        (ada.group(discord.person("bob")), "refused 50001"),
    ]
    for person, words in places:
        await person.runs("/place")
        assert words in (await person.sees(words, where=person)).text


async def test_a_refused_form_names_the_field_in_discord_pys_error(bot: dpy.Client, ada: Person) -> None:
    exchange = await ada.runs("/fail")
    assert "In data.content: Must be 2000 or fewer in length." in exchange.text


async def test_a_cut_connection_is_resumed_and_the_bot_answers_on(
    discord: DiscordServer, bot: dpy.Client, ada: Person
) -> None:
    for disturb in (discord.gateway.cut, discord.gateway.reconnect):
        before = discord.gateway.resumes
        disturb()
        found = await discord.world.pulse.until(lambda n=before: discord.gateway.resumes > n, within=10)  # type: ignore[misc]
        assert found
        assert not (await ada.runs("/key")).failed
    assert discord.gateway.identifies == 1


async def test_a_429_is_waited_out_by_the_client(
    discord: DiscordServer, bot: dpy.Client, ada: Person
) -> None:
    discord.faults.next("POST", "/messages$", retry_after=0.05)
    await ada.runs("/paint", prompt="slow")
    await ada.sees("edited: slow")
    statuses = [each["status"] for each in discord.exchanges.matching("POST", "/messages")]
    assert statuses[:2] == [429, 200]


async def test_the_server_is_known_by_its_names_and_permissions(
    bot: dpy.Client, guild: Guild, studio: Channel
) -> None:
    ready: Awaitable[Any] = bot.wait_until_ready()
    await asyncio.wait_for(ready, 5)
    seen = bot.get_guild(guild.id)
    assert seen is not None
    channel = seen.get_channel(studio.id)
    assert channel is not None
    assert channel.name == "studio"
    assert channel.permissions_for(seen.me).attach_files
    guild.deny(studio, "ATTACH_FILES")
    found = asyncio.create_task(bot.wait_for("guild_channel_update", timeout=5))
    guild.deny(studio, "EMBED_LINKS")
    await found
    assert not channel.permissions_for(seen.me).attach_files


async def test_three_shards_hear_their_servers(discord: DiscordServer, ada: Person) -> None:
    class Sharded(dpy.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Real ones wait five seconds between shards."""

    client = Sharded(intents=dpy.Intents.none(), shard_count=3)
    tree = app_commands.CommandTree(client)
    tree.add_command(key)

    async def hook() -> None:
        await tree.sync()

    client.setup_hook = hook  # type: ignore[method-assign]
    async with running(discord, client):
        assert await discord.world.pulse.until(lambda: discord.gateway.identifies == 3, within=10)
        for person in (ada, ada.dm):
            assert (await person.runs("/key")).modal is not None
