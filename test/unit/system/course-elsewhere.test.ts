import { afterAll, expect, test, vi } from 'vitest';

vi.mock('../../../src/native/libc', () => ({
  libc: "this platform's",
  etcGeneration: () => 0,
  searchPath: () => undefined,
}));

afterAll(() => {
  vi.unstubAllGlobals();
});

test.each(['darwin', 'win32'])('on %s every name is asked for in one AF_UNSPEC call', async (platform) => {
  vi.stubGlobal('process', { ...process, platform });
  vi.resetModules();
  const { courseOf, ResolverSearchPath } = await vi.importActual<typeof import('../../../src/system/course')>(
    '../../../src/system/course',
  );
  const path = new ResolverSearchPath(undefined);
  for (const name of ['www.test', 'db', 'a.b.c.test.'])
    expect(courseOf(name, path)).toEqual({ kind: 'system' });
});
