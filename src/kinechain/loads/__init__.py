"""What do ground, joints and muscles bear in a known movement? Ground reaction, joint moments; coordinates in, `Loads` out."""
