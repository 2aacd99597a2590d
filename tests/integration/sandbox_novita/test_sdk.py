"""The vendor's own SDK, unmodified, is a customer like any other."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from novita_client import NovitaClient, Txt2ImgV3LoRA
from novita_client.proto import FACE_TRAINING_DEFAULT_COMPONENTS
from PIL import Image, ImageChops, ImageStat

from bot.sandbox.novita import NovitaServer, Pace
from bot.sandbox.pictures import training_pictures

# The SDK leaves its thread pools and sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

AT_ONCE = Pace(
    queue_seconds=0, training_seconds=0, deploying_seconds=0, paint_queue_seconds=0, painting_seconds=0
)


@pytest.fixture
def sdk(novita: NovitaServer) -> Iterator[NovitaClient]:
    client = NovitaClient(novita.key("sdk"), base_url=novita.url)
    yield client
    client.session.close()


def _image(encoded: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


async def test_the_vendors_sdk_uploads_trains_polls_and_paints(
    novita: NovitaServer, sdk: NovitaClient, tmp_path: Path
) -> None:
    novita.pace = AT_ONCE
    pictures = [str(path) for path in training_pictures("marmalade cat", 4, tmp_path, size=256)]

    task_id = await asyncio.to_thread(
        sdk.create_training_subject,
        name="cat",
        base_model="dreamshaper_8_93211",
        images=pictures,
        instance_prompt="a photo of zqx cat",
        class_prompt="person",
        learning_rate="1e-4",
        max_train_steps="800",
        components=FACE_TRAINING_DEFAULT_COMPONENTS,
    )
    status = await asyncio.to_thread(sdk.query_training_subject_status, task_id)
    assert (status.task_status, status.models[0].model_status) == ("SUCCESS", "SERVING")
    assert [upload.format for upload in novita.uploads] == ["jpeg"] * 4

    lora = status.models[0].model_name
    painted = await asyncio.to_thread(
        sdk.txt2img_v3,
        model_name="dreamshaper_8_93211.safetensors",
        prompt="zqx cat by the sea",
        image_num=2,
        width=256,
        height=192,
        seed=5,
        loras=[Txt2ImgV3LoRA(model_name=lora, strength=0.8)],
        response_image_type="png",
    )
    images = [_image(encoded) for encoded in painted.images_encoded]
    assert [(image.format, image.size) for image in images] == [("PNG", (256, 192))] * 2
    assert max(ImageStat.Stat(ImageChops.difference(*(i.convert("RGB") for i in images))).mean) > 3
    assert novita.orders == 2
    assert novita.leaks == []


async def test_the_vendors_sdk_trains_a_style_and_finds_it_in_the_list_and_the_catalogue(
    novita: NovitaServer, sdk: NovitaClient, tmp_path: Path
) -> None:
    novita.pace = AT_ONCE
    pictures = [str(path) for path in training_pictures("paper lighthouse", 2, tmp_path, size=256)]
    task_id = await asyncio.to_thread(
        sdk.create_training_style,
        name="paper",
        base_model="animagineXLV31_v31_325600",
        images=pictures,
        captions=["pprx, a lighthouse", "pprx, a lighthouse at night"],
        width=1024,
        height=1024,
    )
    tasks = await asyncio.to_thread(sdk.list_training, "style")
    assert [(task.task_name, task.task_id, task.task_status) for task in tasks] == [
        ("paper", task_id, "SUCCESS")
    ]
    assert await asyncio.to_thread(sdk.list_training, "subject") == []
    models = await asyncio.to_thread(sdk.models_v3)
    own = [model for model in models if model.visibility == "private"]
    assert [model.sd_name for model in own] == [tasks[0].models[0].model_name]
    assert len(models) > 30


async def test_the_vendors_sdk_reads_the_balance_and_searches_the_catalogue(
    novita: NovitaServer, sdk: NovitaClient
) -> None:
    user = await asyncio.to_thread(sdk.user_info)
    assert user.credit_balance == 100_000
    found = await asyncio.to_thread(
        sdk.query_model_v3, visibility="public", query="chilloutmix", types="checkpoint"
    )
    assert [model.sd_name for model in found.models] == ["chilloutmix_NiPrunedFp32Fix.safetensors"]
