"""What does each measure of a test say of its link, and which link holds this person back? Measures in, findings out."""
