import { quantityFields, type QuantityField, type QuantityKey } from './quantity-fields.ts';
import { parseQuantity } from './quantity.ts';

/** One side of a contradiction. */
export interface Side {
  readonly field: QuantityField;
  readonly text: string;
}

const pairs = quantityFields
  .filter(({ list }) => list === 'requests')
  .map((request) => ({ request, limit: limitOf(request) }));

/**
 * Finds the pairs that the API server would refuse: a container cannot reserve more than it may use.
 * @param valueOf the quantity of a key; empty when it is not set
 */
export function requestsAboveLimits(valueOf: (key: QuantityKey) => string): { request: Side; limit: Side }[] {
  return pairs.flatMap(({ request, limit }) => {
    const sides = {
      request: { field: request, text: valueOf(request.key) },
      limit: { field: limit, text: valueOf(limit.key) },
    };
    return isMore(sides.request.text, sides.limit.text) ? [sides] : [];
  });
}

/** False when one of them is not set, or is not a quantity. */
function isMore(request: string, limit: string): boolean {
  if (request === '' || limit === '') return false;
  const [reserved, most] = [parseQuantity(request), parseQuantity(limit)];
  return reserved !== undefined && most !== undefined && inThousandths(reserved) > inThousandths(most);
}

/** The API server rounds a Pod's quantities up to thousandths before it compares them. Not for negative ones. */
function inThousandths(billionths: bigint): bigint {
  return (billionths + 999_999n) / 1_000_000n;
}

function limitOf(request: QuantityField): QuantityField {
  const limit = quantityFields.find(
    ({ family, resource, list }) => family === request.family && resource === request.resource && list === 'limits',
  );
  if (!limit) throw new Error(`${request.key} has no limit beside it`);
  return limit;
}
