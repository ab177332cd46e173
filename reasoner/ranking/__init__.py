"""How strongly findings speak for each disease."""
