"""The gallery of bugs: classic mistakes as patches of the two programs.

gallery/NAME.patch is one mutant. It says what people do and why, which rule must catch it, and in
which runs. Then comes a unified diff, which `git apply` accepts, too.
"""
