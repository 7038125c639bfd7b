// Where Python runs in the browser, None does not reach a page: it comes as this text.
const NONE = "\u2205";

// A render function for which the model's values are as where Python runs elsewhere.
const withNull = (render) => ({ model, el }) => {
  const read = (name) => {
    const value = model.get(name);
    return value === NONE ? null : value;
  };
  const seen = Object.create(model, { get: { value: read } });
  return render({ model: seen, el });
};
