"""What is the body as a mechanism? Segments, joints and signs; everything above moves or loads this one skeleton."""
