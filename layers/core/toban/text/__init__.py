"""What people read: templates, words, and the rules that let foreign text into them."""
