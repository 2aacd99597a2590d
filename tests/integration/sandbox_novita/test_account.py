"""Keys, money, the catalogue, and paths that lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.novita import NovitaServer, Strict
from bot.sandbox.novita.models import BASES
from tests.integration.sandbox_novita.conftest import Customer


async def _all_models(customer: Customer, **query: str) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = []
    query = {"pagination.limit": "7", **query}
    while True:
        page = (await customer.get("/v3/model", **query)).json
        models += page["models"]
        if not (cursor := page["pagination"]["next_cursor"]):
            return models
        query["pagination.cursor"] = cursor


async def test_a_key_looks_like_a_real_one_and_is_never_in_the_records(
    ada: Customer, novita: NovitaServer
) -> None:
    assert ada.key.startswith("sk_")
    assert len(ada.key) > 40
    await ada.get("/v3/user")
    seen = repr(novita.requests) + repr(novita.requests[0].headers) + repr(novita.account(ada.key))
    assert ada.key not in seen
    assert novita.requests[0].account == "ada"


async def test_a_missing_and_a_wrong_key_are_told_apart(ada: Customer) -> None:
    async with ada.http.get(ada.server.url + "/v3/user") as response:
        assert (response.status, (await response.json())["reason"]) == (400, "MISSING_API_KEY")
    answer = await ada.call("GET", "/v3/user", key="sk_wrong")
    assert (answer.status, answer.json) == (
        403,
        {"code": 403, "reason": "INVALID_API_KEY", "message": "invalid api-key", "metadata": {}},
    )


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "Bearer {};"])
async def test_the_three_documented_spellings_of_a_key_work(ada: Customer, form: str) -> None:
    answer = await ada.call("GET", "/v3/user", headers={"Authorization": form.format(ada.key)})
    assert answer.status == 200


async def test_a_client_without_a_user_agent_meets_the_front(ada: Customer, novita: NovitaServer) -> None:
    options = {"skip_auto_headers": {"User-Agent"}}
    answer = await ada.call("GET", "/v3/user", **options)
    assert (answer.status, answer.text) == (403, "error code: 1010")
    novita.strict = Strict(user_agent=False)
    assert (await ada.call("GET", "/v3/user", **options)).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v3/nothing"), ("GET", "/v3/async/txt2img"), ("POST", "/v3/user"), ("GET", "/")],
)
async def test_a_path_that_leads_nowhere_is_not_found(ada: Customer, method: str, path: str) -> None:
    answer = await ada.call(method, path)
    assert (answer.status, answer.reason) == (404, "API_NOT_FOUND")


async def test_both_balances_are_the_same_money(ada: Customer, novita: NovitaServer) -> None:
    rich = Customer(novita, ada.http, novita.key("rich", balance_usd=12.845))
    assert (await rich.get("/v3/user")).json["credit_balance"] == 128450
    detail = (await rich.get("/openapi/v1/billing/balance/detail")).json
    assert detail == {
        "availableBalance": "128450",
        "cashBalance": "128450",
        "creditLimit": "0",
        "outstandingInvoices": "0",
    }


async def test_every_training_base_has_a_checkpoint_to_paint_with(ada: Customer) -> None:
    checkpoints = await _all_models(ada, **{"filter.types": "checkpoint"})
    names = {model["sd_name"] for model in checkpoints}
    assert len(BASES) == 17
    assert {base.sd_name for base in BASES.values()} <= names
    assert {
        "sd_xl_base_1.0.safetensors",
        "WFChild_v1.0.ckpt",
        "majichenmixrealistic_v10_85701.safetensors",
    } <= names
    assert all(model["sd_name"] == model["sd_name_in_api"] for model in checkpoints)


async def test_the_catalogue_is_paged_without_gaps_or_doubles(ada: Customer) -> None:
    ids = [model["id"] for model in await _all_models(ada)]
    assert len(ids) == len(set(ids)) > 30
    assert ids == [model["id"] for model in await _all_models(ada, **{"pagination.limit": "100"})]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"filter.types": "lora"}, lambda m: m["type"]["name"] in {"lora", "locon"}),
        ({"filter.type": "vae"}, lambda m: m["type"]["name"] == "vae"),
        ({"filter.is_sdxl": "true"}, lambda m: m["is_sdxl"]),
        ({"filter.is_sdxl": "False"}, lambda m: not m["is_sdxl"]),
        ({"filter.is_inpainting": "true"}, lambda m: m["base_model_type"] == "Inpainting"),
        ({"filter.query": "INK"}, lambda m: "ink" in m["sd_name"].lower() + " ".join(m["tags"])),
        ({"filter.visibility": "public"}, lambda m: m["visibility"] == "public"),
        ({"filter.source": "civitai"}, lambda m: m["source"] == "civitai"),
    ],
)
async def test_a_filter_keeps_what_it_says(ada: Customer, query: dict[str, str], holds: Any) -> None:
    await ada.trained()
    everything = await _all_models(ada)
    kept = await _all_models(ada, **query)
    assert 0 < len(kept) < len(everything)
    assert all(holds(model) for model in kept)
    if "filter.query" not in query:
        assert [m for m in everything if holds(m)] == kept


@pytest.mark.parametrize(
    "query",
    [
        {"filter.types": "loras"},
        {"filter.visibility": "mine"},
        {"filter.source": "web"},
        {"filter.is_sdxl": "1"},
        {"pagination.limit": "0"},
        {"pagination.cursor": "c_%%%"},
    ],
)
async def test_an_unknown_filter_value_is_refused(ada: Customer, query: dict[str, str]) -> None:
    assert (await ada.get("/v3/model", **query)).reason == "INVALID_REQUEST_BODY"


async def test_a_trained_lora_is_in_its_owners_catalogue_alone(ada: Customer, ben: Customer) -> None:
    name = await ada.trained(name="mara", base_model="animagineXLV31_v31_325600")
    query = {"filter.source": "training", "filter.visibility": "private", "filter.types": "lora"}
    [own] = await _all_models(ada, **query)
    assert (own["sd_name"], own["sd_name_in_api"], own["name"], own["is_sdxl"]) == (name, name, "mara", True)
    assert own["status"] == 1
    assert await _all_models(ben, **query) == []
