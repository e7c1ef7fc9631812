// Runs SQL statements, of a file with a list of them in JSON, by DuckDB, and prints the rows of each: duckdb.mjs PLACE FILE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [place, file] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(place + '/package.json')('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const answers = [];
for (const statement of JSON.parse(readFileSync(file, 'utf8'))) {
  answers.push((await connection.runAndReadAll(statement)).getRowObjectsJson());
}
console.log(JSON.stringify(answers));
