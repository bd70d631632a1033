"""Here are bytes: what text, with what structure, times and authors? One module a format; `all` lists them."""
