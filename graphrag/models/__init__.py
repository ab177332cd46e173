"""Language models that propose paths: the protocol, a scripted double, local transformers."""
