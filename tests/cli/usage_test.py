"""How the command line answers: help, version, wrong usage."""
from harness import Case, main


class Usage(Case):
    def test_version(self):
        self.assertRegex(self.run_rootlet("--version", cache=False).stdout, r"^rootlet \d+\.\d+\.\d+\n$")

    def test_help_lists_every_command(self):
        text = self.run_rootlet("--help", cache=False).stdout
        for command in ("build", "solve", "lock", "fetch"):
            self.assertRegex(text, rf"(?m)^  {command} ")

    def test_the_manual_page_has_every_command_and_no_roff_errors(self):
        page = self.run_rootlet("--man", cache=False).stdout
        self.assertTrue(page.startswith('.TH ROOTLET 1'))
        for command in ("build", "solve", "lock", "fetch"):
            self.assertIn(f".SS rootlet {command}\n", page)

    def test_no_command(self):
        done = self.run_rootlet(code=2, cache=False)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr, "rootlet: error: A subcommand is required\n"
                                      "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")

    def test_unknown_format(self):
        done = self.run_rootlet("build", "x.yaml", "-o", "x", "--format", "zip", code=2, cache=False)
        self.assertEqual(done.stderr, "rootlet: error: --format: zip not in {oci,oci-archive,docker-archive,tar,dir}\n"
                                      "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")

    def test_missing_recipe(self):
        done = self.run_rootlet("solve", "none.yaml", code=2)
        self.assertEqual(done.stderr, "rootlet: error: cannot read 'none.yaml': No such file or directory\n")

    def test_no_place_for_the_cache(self):
        recipe = self.recipe("packages: [a]\n")
        done = self.run_rootlet("solve", recipe, code=2, cache=False, env={"HOME": "", "XDG_CACHE_HOME": ""})
        self.assertEqual(done.stderr, "rootlet: error: there is no place for the cache: neither XDG_CACHE_HOME nor "
                                      "HOME is set\nhint: give --cache-dir DIR\n")


if __name__ == "__main__":
    main()
