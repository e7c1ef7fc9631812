# Arguments: the recipe, and the commit that the change is to be merged into. Beside the recipe lies its lock.
set -eu
recipe=$1 target=$2
lock=${recipe%.yaml}.lock.json
# Builds what is locked, and runs the recipe's tests in the finished root.
rootlet build "$recipe" --locked -o image.oci
rootlet audit image.oci --format sarif > audit.sarif || [ $? -eq 3 ]
# What this change brings, and nothing where it brings nothing.
: > comment.md
if git show "$target:./$lock" > before.lock.json 2> /dev/null && ! cmp -s before.lock.json "$lock"; then
  { echo '<!-- rootlet -->'; rootlet diff before.lock.json "$lock" --format markdown; } > comment.md
fi
# Ends with 3 where the budget is exceeded.
rootlet history check "$recipe" image.oci
