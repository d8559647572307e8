"""Asking servers how they are: regular checks, rechecks, and the probers behind both."""
