// The tab «Jobs»: every job as the bot's own database has it, with its way through the states.

import { classes, html } from "./lib.js";
import { Empty, Tag, useNow } from "./panel-parts.js";
import { counted, inWords, span, toneOf, WAY, wayInWords, wayOf } from "./panel-words.js";

export function Jobs({ behind: { jobs } }) {
  const now = useNow();
  if (!jobs.length) {
    return html`<${Empty}>
      No jobs yet. Train something with <code>/train subject</code> or paint with <code>/imagine</code>, and watch it
      move here.
    <//>`;
  }
  return html`<ul class="panel-list">${jobs.map((job) => html`<${Job} key=${job.id} job=${job} now=${now} />`)}</ul>`;
}

function Job({ job, now }) {
  const tone = toneOf(job.state);
  const facts = [
    `${span(now - job.created)} old`,
    `${span(now - job.since)} in this state`,
    job.attempts > 0 && `tried ${counted(job.attempts, "time")}`,
  ].filter(Boolean);
  return html`
    <li class="panel-card panel-job" data-job=${job.id}>
      <div class="panel-job-head">
        <strong>${job.what}</strong>
        <${Tag} tone=${tone}>${inWords(job.state)}${job.percent !== null && tone === "going" && ` ${job.percent} %`}<//>
      </div>
      <${Way} job=${job} tone=${tone} />
      ${job.note && html`<p class="panel-note">${inWords(job.note)}</p>`}
      <p class="panel-facts">${facts.join(" · ")}</p>
      <p class="panel-facts">${job.owner} at ${job.provider} · <code>${job.id}</code></p>
    </li>
  `;
}

const Way = ({ job, tone }) => html`
  <div class=${`panel-way panel-tone-${tone}`} role="img" aria-label=${wayInWords(job)}>
    ${wayOf(job).map((part, at) => {
      const step = WAY[at];
      return html`
        <span key=${step} class=${classes("panel-step", { "panel-step-here": step === job.state })} title=${step}>
          <i style=${{ width: `${part * 100}%` }}></i>
        </span>
      `;
    })}
  </div>
`;
