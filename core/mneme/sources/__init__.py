"""What happened on this computer: folders now; each source says what is there to be taken in."""
