"""Rules: values in, values out; `now` is an argument; nothing is read or written."""
