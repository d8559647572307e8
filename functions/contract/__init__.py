"""The contract: what customers and the provider write down, read into the domain's words."""
