"""What Easel is about, as plain values: jobs, specs, models, keys, refusals.

Standard library and pydantic only, and no await.
"""
