"""Prompts are files beside this one; `prompt.py` loads and checks them."""
