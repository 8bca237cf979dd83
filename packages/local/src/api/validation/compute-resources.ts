import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { forbiddenField, invalidValue, required, type FieldProblem } from './field-problem.ts';
import { qualifiedNameRule } from './names.ts';
import { isWhole, parseQuantity } from './quantity.ts';

const standard = new Set(['cpu', 'memory', 'ephemeral-storage']);

type Quantities = Readonly<Record<string, string>>;

/** What is wrong with `resources` of a container. @param field path of `resources` */
export function validateComputeResources(field: string, resources: ResourceRequirements = {}): FieldProblem[] {
  const limits = resources.limits ?? {};
  const requests = resources.requests ?? {};
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const hugePagesAlone =
    names.some((name) => name.startsWith('hugepages-')) && !names.includes('cpu') && !names.includes('memory');
  return [
    ...Object.entries(limits).flatMap(([name, value]) => quantityProblems(`${field}.limits[${name}]`, name, value)),
    ...Object.entries(requests).flatMap(([name, value]) => quantityProblems(`${field}.requests[${name}]`, name, value)),
    ...Object.keys(requests).flatMap((name) => requestProblems(field, name, requests, limits)),
    ...(hugePagesAlone ? [forbiddenField(field, 'huge pages need cpu or memory')] : []),
  ];
}

function quantityProblems(field: string, name: string, value: string): FieldProblem[] {
  const problems = qualifiedNameRule(name).map((detail) => invalidValue(field, name, detail));
  if (!name.includes('/') && !standard.has(name) && !name.startsWith('hugepages-')) {
    problems.push(invalidValue(field, name, 'must be a standard resource of containers, or have a domain'));
  }
  const amount = parseQuantity(value);
  if (amount === undefined) return [...problems, invalidValue(field, value, 'must be a quantity such as 500m or 1Gi')];
  if (amount < 0n) return [...problems, invalidValue(field, value, 'must be greater than or equal to 0')];
  if (name.includes('/') && !isWhole(amount)) return [...problems, invalidValue(field, value, 'must be an integer')];
  return problems;
}

function requestProblems(field: string, name: string, requests: Quantities, limits: Quantities): FieldProblem[] {
  const request = requests[name] ?? '';
  const limit = limits[name];
  // What the node cannot hand out twice must be limited to what is asked for.
  const exact = !standard.has(name);
  if (limit === undefined) return exact ? [required(`${field}.limits`, `a limit must be set for ${name}`)] : [];

  const [asked, allowed] = [parseQuantity(request), parseQuantity(limit)];
  if (asked === undefined || allowed === undefined) return [];
  if (exact && asked !== allowed) return [invalidValue(`${field}.requests`, request, `must be equal to ${name} limit`)];
  if (asked <= allowed) return [];
  return [invalidValue(`${field}.requests`, request, `must be less than or equal to ${name} limit`)];
}
