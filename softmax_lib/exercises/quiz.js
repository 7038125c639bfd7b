// A question: its options are buttons, and the one that is chosen says why it is right or not.
//
// What there is to say is here from the start, so a question answers without Python, too.

import {
  add, addButton, addRoot, addStatus, restart, setAttribute, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";

function render({ model, el }) {
  const root = addRoot(el, "softmax-quiz");
  const saving = saver(model);
  let draw;

  // Texts with code and emphasis in them come from Python, as HTML.
  function addRich(parent, name, className, text) {
    const node = add(parent, name, className);
    node.innerHTML = text;
    return node;
  }
  function addOption({ text }, number) {
    const button = addButton(root, "", () => {
      model.set("chosen", number);
      saving.now();
    });
    button.className = "softmax-option";
    const mark = add(button, "span", "mark");
    mark.setAttribute("aria-hidden", "true"); // the answer says it
    addRich(button, "span", "", `${"ABCDEFGH"[number]}. ${text}`);
    return (chosen, sign) => {
      write(mark, chosen ? sign : "");
      setAttribute(button, "aria-pressed", chosen);
    };
  }

  function build() {
    restart(root, model, "Question");
    addRich(root, "p", "question", model.get("text"));
    const options = model.get("options");
    const drawOptions = options.map(addOption);
    const answer = addStatus(root, "p", "answer");
    const note = addStatus(root, "p", "note");
    draw = () => {
      const chosen = model.get("chosen");
      const sign = options[chosen]?.right ? "✓" : "✗";
      drawOptions.forEach((drawOption, number) => drawOption(number === chosen, sign));
      const says = chosen == null ? "Choose an answer." : options[chosen].says;
      if (answer.said !== says) answer.innerHTML = answer.said = says;
      write(note, model.get("note"));
    };
    draw();
  }

  build();
  return keepUp(root, model, saving, [["chosen", "note"], () => draw()],
    [["text", "options"], build]);
}

export default { render };
