// What a reload of the page keeps, see reload.py; and whether a choice is still that of a result.
Object.assign(
  window.steg,
  (() => {
    const unchanged = { __type__: "update" };

    function keep(name, values) {
      try {
        sessionStorage.setItem(`steg-${name}`, JSON.stringify(values));
      } catch {
        sessionStorage.removeItem(`steg-${name}`); // too long a text
      }
    }

    const files = (value) =>
      value?.url ? [value.url] : value && typeof value === "object" ? Object.values(value).flatMap(files) : [];

    async function there(url) {
      const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
      return answer?.ok ?? false;
    }

    // Values of as many components; those of `visible` that have one are shown, and what follows them, too.
    async function restore(name, count, visible) {
      const nothing = visible.map(() => unchanged);
      const values = JSON.parse(sessionStorage.getItem(`steg-${name}`) ?? "null");
      if (values?.length !== count) return nothing;
      const kept = await Promise.all(files(values).map(there));
      if (!kept.every(Boolean)) return nothing;
      return visible.map((shown, i) => {
        const value = i < count && values[i] !== null ? { value: values[i] } : {};
        return { ...unchanged, ...value, ...(shown ? { visible: values[i] !== null } : {}) };
      });
    }

    // Whether the first half of the values, what is chosen, differs from the other, what a result is of.
    function differ(values) {
      const plain = values.map((value) => value?.path ?? value ?? "");
      return plain.some((value, i) => i < plain.length / 2 && value !== plain[i + plain.length / 2]);
    }

    return { keep, restore, differ };
  })(),
);
