"""Numbers told step by step."""
def counterexample(result): return ()
def literal(result): return None
def only_if(free, under, condition): return ()
