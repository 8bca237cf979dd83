import { addNamespace, addServiceAccount } from '../api/namespace-setup.ts';
import { Store } from '../api/store.ts';

/** A store with the namespace `default`, for tests. */
export function testStore(historyLimit = 100): Store {
  const store = new Store(historyLimit);
  addNamespace(store, 'default');
  addServiceAccount(store, 'default');
  return store;
}
