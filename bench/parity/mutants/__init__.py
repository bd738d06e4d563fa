"""The gallery of bugs: classic mistakes as patches of either program, each with what must catch it.

gallery/NAME.patch is one mutant: what people do and why, the rule that must catch it, the runs in
which it must, and a unified diff that `git apply` takes too.
"""
