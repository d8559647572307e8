"""The same system on one machine, in one process: moto under the template, rule time over
everything.
"""
