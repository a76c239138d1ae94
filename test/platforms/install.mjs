#!/usr/bin/env node
// node test/platforms/install.mjs
//
// Sees to it that the runtimes of other platforms are at hand, in node_modules/.cache/platforms. To be run before a
// sandbox is entered, which reaches no registry.
import { installMusl } from './musl.mjs';
import { installTestRunner } from './test-runner.mjs';
import { installWine } from './wine.mjs';

installWine();
installMusl();
installTestRunner();
