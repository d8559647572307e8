"""Pure rules of the service: standard library only, no clock, no input or output."""
