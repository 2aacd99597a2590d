"""The checkpoints, VAEs, LoRAs and embeddings that the sandbox's Novita offers to everybody.

The 17 training bases are those of novita-api §3.2; their checkpoint names follow its third column, and what it says
to look up is answered by `GET /v3/model` alone. Data and look-ups; the wire shape is in `catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ModelType = Literal["checkpoint", "lora", "vae", "controlnet", "upscaler", "textualinversion", "locon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One public model. `base` is the training base that a checkpoint belongs to, empty when it is none."""

    id: int
    type: ModelType
    name: str
    sd_name: str
    is_sdxl: bool
    base: str = ""
    tags: tuple[str, ...] = ()
    inpainting: bool = False

    @property
    def sd_name_in_api(self) -> str:
        """What a request names it by: LoRAs and embeddings without suffix (novita-api §14.21)."""
        if self.type in {"lora", "locon", "textualinversion"}:
            return self.sd_name.rsplit(".", 1)[0]
        return self.sd_name


_BASES = (
    ("stable-diffusion-xl-base-1.0", "sd_xl_base_1.0.safetensors", True, "SDXL Base 1.0", "base"),
    ("dreamshaperXL09Alpha_alpha2Xl10_91562", "", True, "DreamShaper XL alpha2", "artistic"),
    ("protovisionXLHighFidelity3D_release0630Bakedvae_154359", "", True, "ProtoVision XL", "3d"),
    ("sdxlUnstableDiffusers_v11_216694", "", True, "SDXL Unstable Diffusers v11", "artistic"),
    ("epicrealismXL_v10_247189", "", True, "epiCRealism XL", "realistic"),
    ("yesmixXL_v10_283329", "", True, "YesMix XL", "anime"),
    ("animagineXLV31_v31_325600", "", True, "Animagine XL V3.1", "anime"),
    ("v1-5-pruned-emaonly", "", False, "Stable Diffusion 1.5", "base"),
    ("epicrealism_naturalSin_121250", "", False, "natural Sin", "realistic"),
    ("chilloutmix_NiPrunedFp32Fix", "", False, "Chilloutmix-Ni-pruned-fp32-fix", "realistic"),
    ("abyssorangemix3AOM3_aom3a3_10864", "", False, "AOM3A3", "anime"),
    ("dreamshaper_8_93211", "", False, "8", "artistic"),
    ("WFChild_v1.0", "WFChild_v1.0.ckpt", False, "WFChild", "portrait"),
    (
        "majichenmixrealistic_v10",
        "majichenmixrealistic_v10_85701.safetensors",
        False,
        "majichenmix realistic v1.0",
        "realistic",
    ),
    ("realisticVisionV51_v51VAE_94301", "", False, "V5.1 (VAE)", "realistic"),
    ("realisticVisionV40_v40VAE_81510", "", False, "V4.0 (VAE)", "realistic"),
    ("somboy_v10_172675", "", False, "somboy v1.0", "portrait"),
)

_CHECKPOINTS = tuple(
    Model(
        id=70_001 + index,
        type="checkpoint",
        name=name,
        sd_name=sd_name or f"{base}.safetensors",
        is_sdxl=is_sdxl,
        base=base,
        tags=(tag,),
    )
    for index, (base, sd_name, is_sdxl, name, tag) in enumerate(_BASES)
)

_OTHERS: tuple[tuple[ModelType, str, str, bool, str], ...] = (
    ("checkpoint", "meinamix V11", "meinamix_meinaV11_119057.safetensors", False, "anime"),
    ("checkpoint", "revAnimated v2", "revAnimated_v122.safetensors", False, "artistic"),
    (
        "checkpoint",
        "Juggernaut XL v9",
        "juggernautXL_v9Rdphoto2Lightning_348189.safetensors",
        True,
        "realistic",
    ),
    ("vae", "vae-ft-mse-840000", "vae-ft-mse-840000-ema-pruned.safetensors", False, "photo"),
    ("vae", "vae-ft-ema-560000", "vae-ft-ema-560000-ema-pruned.safetensors", False, "photo"),
    ("vae", "SDXL VAE", "sdxl_vae.safetensors", True, "photo"),
    ("lora", "v2", "inkwash_v2_70211.safetensors", False, "ink"),
    ("lora", "more details", "more_details_59655.safetensors", False, "detail"),
    ("lora", "v1.0", "paperCutout_v10_88140.safetensors", False, "paper"),
    ("lora", "SDXL v1", "pixelArtXL_v11_120096.safetensors", True, "pixel"),
    ("lora", "watercolor XL", "watercolorXL_v10_201877.safetensors", True, "watercolor"),
    ("locon", "claymate", "claymate_v1_64310.safetensors", False, "clay"),
    ("textualinversion", "easynegative", "easynegative_8955.safetensors", False, "negative"),
    ("textualinversion", "badhandv4", "badhandv4_16755.pt", False, "negative"),
    ("upscaler", "RealESRGAN x4plus anime 6B", "RealESRGAN_x4plus_anime_6B", False, "upscaler"),
    ("controlnet", "canny", "control_v11p_sd15_canny", False, "controlnet"),
)

PUBLIC: tuple[Model, ...] = (
    *_CHECKPOINTS,
    Model(
        id=70_100,
        type="checkpoint",
        name="V4.0-inpainting (VAE)",
        sd_name="realisticVisionV40_v40VAE-inpainting_81543.safetensors",
        is_sdxl=False,
        tags=("realistic", "inpainting"),
        inpainting=True,
    ),
    *(
        Model(id=70_201 + index, type=kind, name=name, sd_name=sd_name, is_sdxl=is_sdxl, tags=(tag,))
        for index, (kind, name, sd_name, is_sdxl, tag) in enumerate(_OTHERS)
    ),
)
"""Everything public, in id order."""

BASES: Mapping[str, Model] = MappingProxyType({model.base: model for model in _CHECKPOINTS})
"""`base_model` of a training → its checkpoint."""


def public(name: str, *types: ModelType) -> Model | None:
    """The public model of one of these types that a request calls `name`."""
    return next((m for m in PUBLIC if m.type in types and m.sd_name_in_api == name), None)
