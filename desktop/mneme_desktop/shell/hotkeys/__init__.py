"""A key that is heard while another program has the keyboard, in the way that each platform offers."""
