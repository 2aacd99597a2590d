"""A Novita on loopback sockets, strict where the service is strict, that really paints.

    server      NovitaServer: three sockets (API, upload bucket, result files), dispatch, what a test may move
    state       everything the service remembers; accounts, assets, tasks, models are its nouns
    calls auth checks errors replies    reading a request, refusing it, answering it
    uploads     POST /v3/assets/training_dataset and the bucket behind it; signing, sniff
    training    POST and GET /v3/training/subject|style, GET /v3/training
    catalogue   GET /v3/model
    generation  POST /v3/async/txt2img, GET /v3/async/task-result
    results     the host of the finished pictures
    painter     pictures drawn from a prompt, a seed and what LoRAs learnt from their training pictures
    billing limits rules    money, rate limits, the pace and strictness that a test sets
    faults records          misbehaviour on request; what happened, to look back at

A new group of endpoints is a module with an `ENDPOINTS` table, named once in `server`. Tasks have no timers: where
they stand is computed from the clock when somebody asks.
"""

from bot.sandbox.novita.accounts import Account
from bot.sandbox.novita.assets import Upload
from bot.sandbox.novita.faults import Fault, Faults
from bot.sandbox.novita.records import Place, RequestRecord
from bot.sandbox.novita.rules import Pace, Prices, Strict
from bot.sandbox.novita.server import NovitaServer
from bot.sandbox.novita.tasks import Outcome

__all__ = [
    "Account",
    "Fault",
    "Faults",
    "NovitaServer",
    "Outcome",
    "Pace",
    "Place",
    "Prices",
    "RequestRecord",
    "Strict",
    "Upload",
]
