"""The state of a program that is read: paths, what they hold, and where its constructs recur."""
