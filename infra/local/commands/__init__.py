"""The sub-commands of `toban`, one module each."""
