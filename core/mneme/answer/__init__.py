"""Here are the memories: what is the answer, where does it stand, or is there none?"""
