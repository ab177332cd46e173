"""Many cases at once: streamed in, diagnosed on all cores or machines, streamed out."""
