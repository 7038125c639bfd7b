// Stands in for Python in an exported page: values stay in the page, and nothing is sent.
function modelInPage(id, state) {
  const models = (window.softmaxExplorers ??= {}); // two views of one explorer share a model
  const heard = {};
  return (models[id] ??= {
    alone: true,
    get: (name) => state[name],
    set(name, value) {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      for (const call of [...(heard[`change:${name}`] ?? [])]) call();
    },
    on: (event, call) => (heard[event] ??= []).push(call),
    off: (event, call) => (heard[event] = (heard[event] ?? []).filter((other) => other !== call)),
    save_changes: () => {},
  });
}
