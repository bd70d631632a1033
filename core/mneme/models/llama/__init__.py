"""Language models on this computer: llama.cpp in a child process that is watched, and started again when it falls."""
