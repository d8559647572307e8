"""The provider's own data: the menu of monitors, and how files that people write are read."""
