"""toban: the rules, words and stores that every function shares."""
