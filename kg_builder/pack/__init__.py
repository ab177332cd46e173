"""What we wrote ourselves: conditions and words, as plain text files that a clinician can read and correct."""
