"""What toban remembers: the only package that knows tables and buckets.

Every change that two deliveries of one event could both make is a claim: a conditional write that
one of them wins.
"""
