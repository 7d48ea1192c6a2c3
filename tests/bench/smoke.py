"""smoke - the benches run, and what they count rather than time is right"""
