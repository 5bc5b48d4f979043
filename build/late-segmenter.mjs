/**
Stands in the bundle where packages write `Intl.Segmenter`: they make one when they are loaded, which has Node read its tables of
Unicode, ten milliseconds and three megabytes. A screen of single-width characters never asks one.
*/
export class LateSegmenter {
	#real;
	#options;

	/** @param {ConstructorParameters<typeof Intl.Segmenter>} options */
	constructor(...options) {
		this.#options = options;
	}

	/** @param {string} text */
	segment(text) {
		this.#real ??= new globalThis.Intl.Segmenter(...this.#options);
		return this.#real.segment(text);
	}
}
