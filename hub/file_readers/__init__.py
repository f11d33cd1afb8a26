"""What reads the files of strangers, in a process of its own with an end to its time and memory.

Nothing here imports Django, so that such a process starts quickly. `ask` is the way in.
"""
