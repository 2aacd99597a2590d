"""Easel: trains LoRA models from people's own pictures and paints with them, from Discord."""
