/* What Debian's libgcc_s.so.1 needs to be found in a process of musl: glibc's _dl_find_object, which it unwinds by,
   and two symbols of its own that musl's loader passes over, since they have an old version. */

#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* As glibc's <dlfcn.h> has it on x86_64. */
struct dl_find_object {
  uint64_t flags;
  void *map_start;
  void *map_end;
  struct link_map *link_map;
  void *eh_frame;
  uint64_t reserved[7];
};

struct search {
  uintptr_t address;
  struct dl_find_object *found;
};

static int in_object(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  struct search *search = data;
  uintptr_t eh_frame = 0, start = 0, end = 0;
  for (int at = 0; at < info->dlpi_phnum; at += 1) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[at];
    uintptr_t from = info->dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_GNU_EH_FRAME) eh_frame = from;
    if (header->p_type != PT_LOAD || search->address - from >= header->p_memsz) continue;
    start = from;
    end = from + header->p_memsz;
  }
  if (start == 0 || eh_frame == 0) return 0;
  search->found->map_start = (void *)start;
  search->found->map_end = (void *)end;
  search->found->eh_frame = (void *)eh_frame;
  return 1;
}

int _dl_find_object(void *address, struct dl_find_object *found) {
  struct search search = {(uintptr_t)address, found};
  return dl_iterate_phdr(in_object, &search) == 1 ? 0 : -1;
}

/* No feature of the CPU is known, so the plain code is taken. */
struct {
  unsigned int fields[4];
} __cpu_model;

int __cpu_indicator_init(void) { return 0; }
