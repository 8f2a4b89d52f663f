"""What a program is read from: its text, its module, its parameters."""
