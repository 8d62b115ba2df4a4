// Tells one story in JavaScript: node tell.mjs FILE. Exit code 0, or 1 and the reason on standard error.
import { pathToFileURL } from 'node:url';
import { Cell } from './cell.mjs';

// What a library says went wrong is often in its error's cause, one or two levels down.
function reasonOf(problem) {
  const lines = [];
  for (let error = problem; error && lines.length < 4; error = error.cause) {
    const code = error.code ? ` [${error.code}]` : '';
    const detail = error instanceof Error ? error.stack
      : error instanceof Response ? `status ${error.status} of ${error.url}` : JSON.stringify(error);
    lines.push(`${detail}${code}${error.error ? ` ${error.error}: ${error.error_description}` : ''}`);
  }
  return lines.join('\ncaused by ');
}

try {
  const { story } = await import(pathToFileURL(process.argv[2]));
  await story(new Cell(process.env.STRONGROOM_QUICKSTART));
} catch (problem) {
  console.error(reasonOf(problem));
  process.exit(1);
}
process.exit(0);    // connections that a library keeps open are not waited for
