import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

let kept: Promise<WebAssembly.Module> | undefined;

/**
 * V8 gives the same octets the machine code it has, as long as somebody holds it: what is compiled here, outside any
 * file's globals, is ready for every later file of the worker.
 */
export type KeepCompiled = (octets: Uint8Array<ArrayBuffer>) => Promise<unknown>;
const keepCompiled: KeepCompiled = (octets) => (kept ??= WebAssembly.compile(octets));

/**
 * Jest's node environment with plain globals. Its own are a Proxy behind node's contextified object, so that each `Math`
 * or `Map` in a module asks both: the motif model loaded some four times slower in a test than in the product.
 */
export default class PlainGlobals extends TestEnvironment {
  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    // The class beneath makes its context in the constructor and takes no option for it.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
    this.global['keepCompiled'] = keepCompiled;
  }
}
