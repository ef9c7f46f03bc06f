"""How does the person move? Keypoints in; view, film check, angles over time, repetitions and measures out."""
