namespace MlNetVision.MlNet;

/// <summary>Why the ML.NET API cannot be used in trimmed apps, for the warnings that their builds give.</summary>
internal static class Untrimmed
{
    public const string Reason =
        "ML.NET's pipelines, and its loading of .zip files, use reflection, so they cannot be trimmed or compiled ahead of time. "
        + "Use the plain API (ObjectDetector, Segmenter, ImageClassifier, Featurizer, ImageStylizer), whose Load reads the same .zip files.";
}
