"""The socket between the page and the sandbox: JSON texts over a WebSocket at `/socket`, on loopback only.

**The window asks**, the sandbox answers each request once, in any order:

    → {"id": 7, "do": "press", "channel": "111", "message": "222", "custom_id": "job:cancel:k3"}
    ← {"re": 7, "ok": {…}}              done; what comes back is named with each request below
    ← {"re": 7, "no": "a sentence"}     not done; what the person's client would not let them do, and why

What cannot be read as a request is answered so too, with `re` null where it has no `id`; the socket stays open.

**The sandbox tells** what happened, whenever it does: `{"on": "message", …}`; the classes named `…Told` below.

Ids are Discord's, as strings, because JavaScript's numbers are too small for them. Times are Unix seconds of the
sandbox's clock. Messages, commands, modals and components are Discord's own JSON, as its API answers them; a message
has one key more, `page` (`MessageExtras`).

Files do not go over the socket: `PUT /files?name=cat.png` with the bytes answers `{"file": "…"}`, and that word stands
for the file in one later request.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Json = dict[str, Any]
Id = Annotated[str, Field(pattern=r"^\d{1,20}$")]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# --- values -----------------------------------------------------------------------------------------------------


class FileValue(_Words):
    """A file that was put before."""

    file: str


class UserValue(_Words):
    user: Id


class ChannelValue(_Words):
    channel: Id


class RoleValue(_Words):
    role: Id


One = bool | int | float | str | FileValue | UserValue | ChannelValue | RoleValue
Value = One | list[One] | None
"""What an option or a field of a form holds. None: nothing was chosen."""


# --- what a window asks for -------------------------------------------------------------------------------------


class Request(_Words):
    """`id` comes back in the answer's `re`."""

    id: int


class Be(Request):
    """Look at everything as this person. A `WorldTold` follows. → {}"""

    do: Literal["be"]
    person: Id


class Read(Request):
    """Open a channel. → {"messages": [Message]}: those that the person sees, oldest first, at most 200"""

    do: Literal["read"]
    channel: Id


class Commands(Request):
    """What is offered in a channel. → {"commands": [Command]}: slash commands and both kinds of menu (`type`)"""

    do: Literal["commands"]
    channel: Id


class Say(Request):
    """Write a message. → {"message": Id}"""

    do: Literal["say"]
    channel: Id
    content: str = ""
    files: list[str] = []


class Delete(Request):
    """Delete one's own message, or another's with the permission. → {}"""

    do: Literal["delete"]
    channel: Id
    message: Id


class Dismiss(Request):
    """Take an ephemeral message off one's own screen. → {}"""

    do: Literal["dismiss"]
    channel: Id
    message: Id


class Run(Request):
    """Run a slash command, `"/train subject"`. → Outcome"""

    do: Literal["run"]
    channel: Id
    command: str
    options: dict[str, Value] = {}


class Complete(Request):
    """What is offered while `text` stands in `option`. → {"choices": [{"name", "value"}]}"""

    do: Literal["complete"]
    channel: Id
    command: str
    option: str
    text: str
    options: dict[str, Value] = {}


class Press(Request):
    """Press a button. → Outcome"""

    do: Literal["press"]
    channel: Id
    message: Id
    custom_id: str


class Choose(Request):
    """Choose in a select menu: values of its options, or people, channels and roles. → Outcome"""

    do: Literal["choose"]
    channel: Id
    message: Id
    custom_id: str
    values: list[One]


class Menu(Request):
    """Choose an app's command from the menu of a message or a person; exactly one of the two is given. → Outcome"""

    do: Literal["menu"]
    channel: Id
    command: str
    message: Id | None = None
    user: Id | None = None


class Submit(Request):
    """Submit the form that an interaction opened, its fields by custom_id. → Outcome"""

    do: Literal["submit"]
    interaction: Id
    fields: dict[str, Value] = {}


class Install(Request):
    """Carry the app along (user install), or take it off. A `WorldTold` follows. → {}"""

    do: Literal["install"]
    installed: bool


class Receive(Request):
    """Take private messages from apps, or close them. A `WorldTold` follows. → {}"""

    do: Literal["receive"]
    dms: bool


class Thread(Request):
    """Start a thread. → {"channel": Id}"""

    do: Literal["thread"]
    channel: Id
    name: Annotated[str, Field(min_length=1, max_length=100)]


class Watch(Request):
    """Be told what happens behind the scenes (`BehindTold`), or no longer. → {}"""

    do: Literal["watch"]
    on: bool


class Switch(Request):
    """Turn a fault on or off, by its name in `BehindTold.faults`. → {}"""

    do: Literal["switch"]
    fault: str
    on: bool


class Bot(Request):
    """Kill the bot (SIGKILL), stop it (SIGTERM) or start it; answered when it has happened. → {}"""

    do: Literal["bot"]
    what: Literal["kill", "stop", "start"]


class Forward(Request):
    """Move the clock of this whole world forward. → {}"""

    do: Literal["forward"]
    seconds: Annotated[float, Field(gt=0, le=100 * 24 * 3600)]


class Finish(Request):
    """Bring everything that the provider works on to its end now. → {}"""

    do: Literal["finish"]


class Key(Request):
    """Open an account at the provider for the person the window looks as. → {"key": "sk_…"}, a key of this world"""

    do: Literal["key"]


Asked = (
    Be | Read | Commands | Say | Delete | Dismiss | Run | Complete | Press | Choose | Menu | Submit
    | Install | Receive | Thread | Watch | Switch | Bot | Forward | Finish | Key
)  # fmt: skip

ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="do")])


First = Literal["message", "deferred", "deferred update", "update", "modal"]
"""What an interaction was answered with at first."""


class Outcome(_Words):
    """What came of an interaction within its three seconds.

    `answer` is None when nothing came (`failed`). A message that came of it is told by `MessageTold`.
    """

    interaction: Id
    failed: bool
    answer: First | None = None
    modal: Json | None = None


# --- what a window is told --------------------------------------------------------------------------------------


class PersonShown(_Words):
    """Somebody to look as. `about`: who they are, in a few words."""

    id: Id
    name: str
    about: str
    installed: bool
    dms: bool


class MemberShown(_Words):
    """`online` is always true for people; for the bot it is its connection."""

    id: Id
    name: str
    bot: bool
    online: bool


class May(_Words):
    """What the person may do in a channel."""

    write: bool
    attach: bool
    run: bool
    moderate: bool
    thread: bool


class ChannelShown(_Words):
    """`type` is Discord's: 0 text, 1 DM, 3 group, 11 thread (of `parent`). `recipients`: the others, in DMs and groups.

    `topic`: what the channel is for. `size`: bytes that a file of this person may have here.
    """

    id: Id
    type: int
    name: str
    parent: Id | None = None
    topic: str | None = None
    nsfw: bool = False
    locked: bool = False
    recipients: list[Id] = []
    may: May
    size: int


class RoleShown(_Words):
    id: Id
    name: str


class GuildShown(_Words):
    """A server that the person is in. `bot`: the bot is a member too."""

    id: Id
    name: str
    bot: bool
    channels: list[ChannelShown]
    members: list[MemberShown]
    roles: list[RoleShown]


class WorldTold(_Words):
    """All places and people, for the person the window looks as; anew whenever one of them changes."""

    on: Literal["world"] = "world"
    me: Id
    people: list[PersonShown]
    app: MemberShown
    everyone: dict[Id, str]
    """The name of every account, by id."""
    guilds: list[GuildShown]
    private: list[ChannelShown]
    now: float
    cdn: str
    """Origin of the pictures: `http://127.0.0.1:…`."""


class AskedShown(_Words):
    """Which command a message answers: «Ada used /imagine»; `name` has the slash of a slash command."""

    user: Id
    name: str


class MessageExtras(_Words):
    """`page` of a message. `stale`: ephemeral and past its fifteen minutes: its buttons answer nobody."""

    stale: bool = False
    asked: AskedShown | None = None


class MessageTold(_Words):
    """A message is there, or has changed. `new`: it was just written."""

    on: Literal["message"] = "message"
    new: bool
    message: Json


class GoneTold(_Words):
    """A message is no longer there."""

    on: Literal["gone"] = "gone"
    channel: Id
    message: Id


class CommandsTold(_Words):
    """The bot registered other commands: ask for them again."""

    on: Literal["commands"] = "commands"


class JobShown(_Words):
    """A row of the bot's database. `state` and `note` are the bot's own words; `percent` of its progress."""

    id: str
    owner: str
    what: str
    provider: str
    state: str
    note: str | None
    percent: int | None
    attempts: int
    created: float
    since: float


class RequestShown(_Words):
    """A request to the provider. `host`: its API, its upload bucket or its result files. `status` None: unanswered."""

    n: int
    at: float
    host: Literal["api", "bucket", "results"]
    method: str
    path: str
    account: str
    status: int | None
    sent: int
    received: int
    faults: list[str]


class UploadShown(_Words):
    """A picture that arrived by its presigned address. `tells`: what it still says of its author; best nothing."""

    path: str
    size: int
    kind: str
    tells: list[str]


class ExchangeShown(_Words):
    """A request of the bot to Discord. `status` None: unanswered."""

    at: float
    method: str
    path: str
    status: int | None


class AccountShown(_Words):
    """A customer of the provider. Money in USD."""

    name: str
    key: str
    balance: float
    spent: float
    orders: int


class FaultShown(_Words):
    """A fault that can be switched on. `hits`: how many requests have met it since.

    `momentary`: it happens once each time it is switched on, and is over; `hits` counts the times.
    """

    name: str
    title: str
    about: str
    on: bool
    hits: int
    momentary: bool = False


class BotShown(_Words):
    """`running`: the process; `starting`: it has not come to the gateway since its start; `connected`: it is there.

    `starts`: how often it was started.
    """

    running: bool
    starting: bool
    connected: bool
    starts: int


class BehindTold(_Words):
    """What happens behind the scenes; at most four times a second, and only when something changed.

    Of everything but faults the newest hundred: `jobs` newest first; `requests`, `uploads`, `exchanges`, `accounts` and
    the lines of `log` (the bot's) oldest first.
    """

    on: Literal["behind"] = "behind"
    now: float
    moved: float
    bot: BotShown
    jobs: list[JobShown]
    requests: list[RequestShown]
    uploads: list[UploadShown]
    exchanges: list[ExchangeShown]
    accounts: list[AccountShown]
    faults: list[FaultShown]
    log: list[str]


Told = WorldTold | MessageTold | GoneTold | CommandsTold | BehindTold
