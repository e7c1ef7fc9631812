"""Pages in Chromium: what the tests of all pages share.

Runs with the Python that the distribution's python3-selenium belongs to.
"""
import atexit
import functools
import json
import os
import re
import sys
import unittest

try:
    from selenium import webdriver
except ImportError:
    PYTHON = "/usr/bin/python3"
    if os.path.exists(PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(PYTHON):
        os.execv(PYTHON, [PYTHON, *sys.argv])
    webdriver = None

from harness import Case, has_pages, needs

if webdriver:
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
else:
    By = Keys = None


def browser(width, height, *more):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--disable-default-apps", f"--window-size={width},{height}", *more):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_page_load_timeout(60)
    driver.set_script_timeout(30)
    set_size(driver, width, height)
    return driver


def set_size(driver, width, height):
    """A window of Chromium's is never narrower than 500 pixels."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


@functools.lru_cache(maxsize=1)
def shared_browser(width, height):
    """A browser for the tests of a process, which each have a tab of their own."""
    driver = browser(width, height)
    atexit.register(driver.quit)
    return driver


def new_tab(width, height):
    """The browser with one tab, which nothing has been done in; its logs are empty."""
    driver = shared_browser(width, height)
    before = driver.current_window_handle
    driver.switch_to.new_window("tab")
    tab = driver.current_window_handle
    driver.switch_to.window(before)
    driver.close()
    driver.switch_to.window(tab)
    set_size(driver, width, height)
    for log in ("browser", "performance"):
        driver.get_log(log)
    return driver


@unittest.skipUnless(webdriver, "python3-selenium is not here")
@needs("chromium", "chromedriver")
class PageCase(Case):
    WIDTH, HEIGHT = 1280, 800

    def setUp(self):
        super().setUp()
        if not has_pages():
            self.skipTest("this build has no D3")

    def show(self):
        """Opens the page that a command wrote to page.html."""
        if not hasattr(self, "driver"):
            self.driver = new_tab(self.WIDTH, self.HEIGHT)
        self.driver.get(f"file://{self.dir}/page.html")

    def tearDown(self):
        """Whatever was done: no complaint of the page, no request but for the file itself."""
        if not hasattr(self, "driver"):
            return
        self.assertEqual(self.driver.get_log("browser"), [])
        asked = set()
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.add(re.split("[?#]", message["params"]["request"]["url"])[0])
        self.assertEqual(asked, {f"file://{self.dir}/page.html"})

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return [e.text for e in self.all(selector)]

    def wait(self, what, expected):
        WebDriverWait(self.driver, 10, poll_frequency=0.05).until(lambda _: what() == expected, f"not {expected}: {what()}")

    def keys(self, *keys):
        for key in keys:
            webdriver.ActionChains(self.driver).send_keys(key).perform()

    def focused(self):
        return self.driver.switch_to.active_element
