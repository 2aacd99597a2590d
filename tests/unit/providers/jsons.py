"""JSON that a service might send on a bad day: any at all, and any with the field names that we look for."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

NAMES = re.findall(
    r"\w+",
    """
    code msg message reason error detail data task task_id status task_status task_name task_type models model_name
    model_status extra eta_relative progress_percent pagination next_cursor tasks images image imgs image_url eta
    nsfw_detection_result valid confidence assets_id upload_url availableBalance credit_balance sd_name name type
    base_model base_model_type is_sdxl
    """,
)

WORDS = re.findall(
    r"\S+",
    """
    SUCCESS SERVING DEPLOYING TASK_STATUS_SUCCEED TASK_STATUS_FAILED QUEUING FAILED TRAINING UNKNOWN c_0 c_10
    checkpoint SDXL INVALID_API_KEY TASK_FAILED https://out.example.test/1.png 128450 NaN -1 1e999
    """,
)


def anything() -> st.SearchStrategy[Any]:
    """Documents; every second object has names that mean something to us."""
    leaves = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=20)
        | st.sampled_from(WORDS)
        | st.just("\ud800")
        | st.just(10**400)
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8)
            | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        ),
        max_leaves=20,
    )
