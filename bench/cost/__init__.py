"""The cost meter: what the real code asks of AWS, times a dated price table (`make cost`)."""
