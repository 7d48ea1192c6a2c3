/* asked.js - what is asked for again when it changes */
import { useEffect, useState } from 'preact/hooks';

/* Calls ask(signal), again when 'key' changes, and returns {value, error,
 * current}: 'value' stays until another one comes, an 'error' until something
 * does, and 'current' says whether they are of this key. */
export function useAsked(key, ask) {
    const [state, setState] = useState({});
    useEffect(() => {
        const abort = new AbortController();
        ask(abort.signal)
            .then((value) => setState({ key, value }))
            .catch((error) => error.name !== 'AbortError' &&
                   setState((was) => ({ ...was, key, error })));
        return () => abort.abort();
    }, [key]);
    return { ...state, current: state.key === key };
}
