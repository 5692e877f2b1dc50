declare module 'natural/lib/natural/classifiers/bayes_classifier.js' {
  export default class BayesClassifier {
    readonly features: Readonly<Record<string, number>>;
    readonly docs: readonly unknown[];
    addDocument(tokens: string[], label: string): void;
    train(): void;
    textToFeatures(observation: readonly string[]): number[];
    getClassifications(tokens: string[]): { label: string; value: number }[];
  }
}
