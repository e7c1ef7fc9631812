// Says what is wrong with a job's file: check_job.mjs SCHEMAS KIND FILE, where tools/job-schemas has made SCHEMAS. Prints a JSON list.
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const [schemas, kind, file] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const require = createRequire(path.join(schemas, 'package.json'));
const bySchema = (validate, value) => validate(value) ? [] : validate.errors.map(e => `${e.instancePath}: ${e.message}`);

const checks = {
  async github() {
    const parser = require('./workflow-parser.cjs');
    const read = parser.parseWorkflow({name: path.basename(file), content: text}, new parser.NoOperationTraceWriter());
    return read.context.errors.getErrors().map(e => e.message);
  },
  async gitlab() {
    const {schema} = await import(path.join(schemas, 'node_modules/gitlab-ci-local/src/schema/schema.js'));
    const Ajv = require('ajv');
    return bySchema(new Ajv({strict: false, allErrors: true, validateFormats: false}).compile(schema), JSON.parse(text));
  },
  async kubernetes() {
    const job = path.join(schemas, 'node_modules/kubernetes-models/_schemas/IoK8sApiBatchV1Job.js');
    return bySchema(require(job).validate, JSON.parse(text));
  },
  async tekton() {
    const done = spawnSync(process.execPath, [path.join(schemas, 'node_modules/@ibm/tekton-lint/dist/lint.js'), '--format', 'json', path.basename(file)],
                           {cwd: path.dirname(file), encoding: 'utf8'});
    const found = JSON.parse(done.stdout);
    return found.map(e => e.message ?? JSON.stringify(e));
  },
};
console.log(JSON.stringify(await checks[kind]()));
