// What a form asks for, what is valid in it, and what is submitted. Drawing is `modal-fields.js`.

import { bytes } from "./lib.js";
import { boundsOf, isEnough, isSelect, valuesAtFirst } from "./select-choices.js";

const ROW = 1;
const TEXT = 10;
const LABEL = 18;
const KINDS = { 4: "text", 19: "files", 21: "radio", 22: "checks", 23: "check" };
const PARAGRAPH = 2;
const MOST_CHARACTERS = 4000;

/**
 * A field. What it holds, by its kind: "text" a string, "select" values as the socket carries them, "files" uploads
 * (`upload.js`), "radio" a string or null, "checks" strings, "check" a boolean.
 * @typedef {object} Field
 * @property {string} id   its custom_id
 * @property {"text"|"select"|"files"|"radio"|"checks"|"check"} kind
 * @property {string} label
 * @property {string} description
 * @property {boolean} required   it cannot be left empty
 * @property {object} component   Discord's own
 */

/**
 * The parts of a form from top to bottom: fields, texts between them, and what this page does not know.
 * @returns {({field: Field} | {text: string} | {unknown: string})[]}
 */
export const partsOf = (components) => components.flatMap(partOf);

function partOf(component) {
  const { type, label, description, content } = component;
  if (type === TEXT) return { text: content };
  if (type === ROW) return component.components.map((each) => part(each, each.label, ""));
  if (type === LABEL) return part(component.component, label, description);
  return { unknown: label ?? "" };
}

function part(component, label, description) {
  const kind = isSelect(component) ? "select" : KINDS[component.type];
  if (!kind) return { unknown: label ?? "" };
  const field = { id: component.custom_id, kind, label: label ?? "", description: description ?? "", component };
  return { field: { ...field, required: isRequired(field) } };
}

export const fieldsOf = (parts) => parts.flatMap((each) => each.field ?? []);

export const isParagraph = ({ component }) => component.style === PARAGRAPH;

const isRequired = (field) =>
  field.kind !== "check" && field.component.required !== false && countsOf(field).least > 0;

/** How many a field takes: options, files; one of everything else. */
export function countsOf({ kind, component }) {
  const { options, max_values: most } = component;
  if (kind === "checks" || kind === "files")
    return boundsOf({ ...component, max_values: most ?? (kind === "checks" ? options.length : 1) }, { form: true });
  return kind === "select" ? boundsOf(component, { form: true }) : { least: 1, some: 1, most: 1 };
}

// --- what it holds at first ------------------------------------------------------------------------------------------

/** `place` as `here()` gives it, `now` the state: default people have names. */
export function atFirst({ kind, component }, place, now) {
  const preset = (component.options ?? []).filter((each) => each.default).map((each) => each.value);
  if (kind === "text") return component.value ?? "";
  if (kind === "select") return valuesAtFirst(component, place, now);
  if (kind === "radio") return preset[0] ?? null;
  if (kind === "checks") return preset;
  return kind === "check" ? Boolean(component.default) : [];
}

/** What all fields hold at first, by their ids. */
export const allAtFirst = (fields, place, now) =>
  Object.fromEntries(fields.map((field) => [field.id, atFirst(field, place, now)]));

/** Whether somebody filled something in. */
export const isTouched = (fields, values, first) =>
  fields.some(({ id, kind }) =>
    kind === "files" ? values[id].length > 0 : JSON.stringify(values[id]) !== JSON.stringify(first[id]),
  );

// --- what is valid ---------------------------------------------------------------------------------------------------

/** Characters, as Discord counts them: an emoji is one. */
export const lengthOf = (text) => [...text].length;

/** The fewest and most characters of a text field. */
export const lengthsOf = ({ component }) => ({
  least: component.min_length ?? 0,
  most: component.max_length ?? MOST_CHARACTERS,
});

const are = (count) => (count === 1 ? "there is 1" : count === 0 ? "there is none" : `there are ${count}`);

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What is wrong with what a field holds, in a sentence; null when nothing is. */
export function problem(field, value) {
  if (field.kind === "text") return textProblem(field, value);
  if (field.kind === "radio") return field.required && value === null ? "Choose one." : null;
  if (field.kind === "check") return null;
  return countProblem(field, value.length);
}

function textProblem(field, value) {
  const count = lengthOf(value);
  const { least, most } = lengthsOf(field);
  if (count === 0) return field.required ? "This field is required." : null;
  if (count < least) return `At least ${plural(least, "character")}; ${are(count)}.`;
  return count > most ? `At most ${plural(most, "character")}; ${are(count)}.` : null;
}

function countProblem(field, count) {
  const bounds = countsOf(field);
  if (isEnough(count, bounds)) return null;
  const files = field.kind === "files";
  const how = (amount) => (files ? plural(amount, "file") : amount);
  const state = files && count > 0 ? `; ${are(count)}` : "";
  const verb = files ? "Add" : "Choose";
  if (count > bounds.most) return `${verb} at most ${how(bounds.most)}${state}.`;
  if (bounds.some <= 1) return files ? "Add a file." : bounds.most > 1 ? "Choose at least 1." : "Choose one.";
  const otherwise = bounds.least === 0 ? ", or none" : "";
  return `${verb} at least ${how(bounds.some)}${otherwise}${state}.`;
}

/** What is wrong, by field; empty when the form can be submitted. */
export const problems = (fields, values) =>
  Object.fromEntries(
    fields.map((field) => [field.id, problem(field, values[field.id])]).filter(([, sentence]) => sentence),
  );

const capital = (words) => words[0].toUpperCase() + words.slice(1);

/** What a field of several takes, told before anybody errs; empty where there is nothing to tell. */
export function hint(field) {
  if (field.kind !== "checks" && field.kind !== "files") return "";
  const { least, some, most } = countsOf(field);
  const exact = some === most && (least > 0 || some > 1);
  const count = exact ? `${most}` : some <= 1 ? `up to ${most}` : `${some} to ${most}`;
  const none = least === 0 && some > 1 ? ", or none" : "";
  if (field.kind === "files") return most === 1 ? "One file" : `${capital(count)} files${none}`;
  const all = most >= field.component.options.length;
  if (all && some <= 1) return "";
  return `Choose ${all && some < most ? `at least ${some}` : count}${none}`;
}

// --- files -----------------------------------------------------------------------------------------------------------

/**
 * Which of some files a field takes, and why not the others, in sentences.
 * @param {File[]} files
 * @param {{held: number, most: number, size: number}} room   how many it has, how many it may have, bytes of each
 * @returns {{taken: File[], refused: string[]}}
 */
export function admitted(files, { held, most, size }) {
  const heavy = files.filter((each) => each.size > size);
  const light = files.filter((each) => each.size <= size);
  const taken = light.slice(0, Math.max(0, most - held));
  const left = light.slice(taken.length);
  const refused = heavy.map((each) => `“${each.name}” has ${bytes(each.size)}; at most ${bytes(size)} are taken here.`);
  if (left.length) {
    const names = left.map((each) => `“${each.name}”`).join(", ");
    refused.push(`No more than ${plural(most, "file")} here: ${names} ${left.length > 1 ? "were" : "was"} left out.`);
  }
  return { taken, refused };
}

// --- what is submitted -----------------------------------------------------------------------------------------------

/** The values of all fields as the socket carries them, by custom_id. Every file must have its word. */
export const submitted = (fields, values) =>
  Object.fromEntries(
    fields.map(({ id, kind }) => [id, kind === "files" ? values[id].map(({ word }) => ({ file: word })) : values[id]]),
  );
