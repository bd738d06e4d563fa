"""The gallery of bugs: classic mistakes as patches of the two programs.

gallery/NAME.patch is one mutant. It tells what people do and why, which rule must catch it, and in
which runs. Then follows a unified diff, which `git apply` takes too.
"""
